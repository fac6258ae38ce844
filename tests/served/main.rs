//! What the server answers, through its real routes: the API, and pages as a browser without scripts gets them.

mod api;
mod common;
mod crawl;
mod pages;
mod snapshots;
