//! What the table of conditions becomes.

/// Makes the condition, the request, the facts, the bits and the counts from rows of
///
/// ```text
/// /// What it is that a listing fails.
/// Condition = "its word in queries and answers" {
///     asks { field of the request: its type; not asked is the type's default }
///     facts { fields of a listing: their types }
///     bits { what is read of every listing: its type = |facts| from its facts }
///     met |bits, facts, request, value asked| whether a listing meets it;
///     met_or_ask "what to ask about" |bits, facts, request, value asked| the same, or `None` where nobody says;
///     counts { facet: |bits, facts, now| whether a listing is counted where all but this condition fits, or `None` }
/// }
/// ```
///
/// All but `asks` may be left out. A row that looks at a fact which a listing may lack has to be a `met_or_ask`: the fact is
/// an `Option`, and so is what becomes of it.
macro_rules! search_conditions {
    ($(
        $(#[doc = $doc:literal])+
        $condition:ident = $word:literal {
            asks { $(#[doc = $ask_doc:literal])+ $ask:ident: $ask_type:ty }
            $(facts { $($(#[doc = $fact_doc:literal])+ $fact:ident: $fact_type:ty,)+ })?
            $(bits { $($bit:ident: $bit_type:ty = |$of:ident| $made:expr,)+ })?
            $(met |$fb:pat_param, $ff:pat_param, $fa:pat_param, $fv:pat_param| $met:expr;)?
            $(met_or_ask $words:literal |$kb:pat_param, $kf:pat_param, $ka:pat_param, $kv:pat_param| $known:expr;)?
            $(counts { $(
                $(#[doc = $count_doc:literal])+
                $count:ident: |$cb:pat_param, $cf:pat_param, $cn:pat_param| $counted:expr,
            )+ })?
        }
    )+) => {
        /// A condition that a listing may fail.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum SearchCondition {
            $($(#[doc = $doc])+ $condition,)+
        }

        impl SearchCondition {
            /// All of them, in the order of the table.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$condition),+];

            /// The word for it in queries and answers.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$condition => $word,)+
                }
            }

            /// What to ask about where it is not known whether a listing meets it; `None` where that is always known.
            #[must_use]
            pub const fn ask_about(self) -> Option<&'static str> {
                match self {
                    $($(Self::$condition => Some($words),)?)+
                    _ => None,
                }
            }
        }

        /// A question. Everything that is not given limits nothing.
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct SearchRequest {
            /// Where the person sets out. Without it nothing is near or far.
            pub from: Option<Place>,
            /// The moment that now is, on the clock there.
            pub now: NaiveDateTime,
            /// Whether what is on stands before buildings with nothing known to be on in them.
            pub activities_first: bool,
            /// How many to give at most.
            pub limit: usize,
            /// How many to leave out at the front.
            pub offset: usize,
            $($(#[doc = $ask_doc])+ pub $ask: $ask_type,)+
        }

        impl SearchRequest {
            /// Whether it says anything of a condition.
            #[must_use]
            pub fn asks(&self, condition: SearchCondition) -> bool {
                match condition {
                    $(SearchCondition::$condition => self.$ask.asked().is_some(),)+
                }
            }

            /// The same without a condition.
            #[must_use]
            pub fn without(mut self, condition: SearchCondition) -> Self {
                match condition {
                    $(SearchCondition::$condition => self.$ask = Default::default(),)+
                }
                self
            }
        }

        /// Facts that conditions are about.
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct SearchFacts {
            /// Where people come to it.
            pub place: Option<Place>,
            /// Chance that it still runs, 0 to 1.
            pub chance: f64,
            /// It has closed: it is not looked for any more.
            pub closed: bool,
            /// It is a building of which nobody says what is on in it.
            pub bare_venue: bool,
            $($($($(#[doc = $fact_doc])+ pub $fact: $fact_type,)+)?)+
        }

        /// What is asked most often of every listing, small and side by side: a search goes through two hundred thousand of
        /// them, and the rest of their facts is looked at only where these say that it matters.
        #[derive(Debug, Clone)]
        pub(crate) struct ListingBits {
            pub(crate) chance: f64,
            /// Its place in the order of ids.
            pub(crate) rank: u32,
            /// Position of the languages spoken there, among all sets of languages.
            pub(crate) languages: u32,
            pub(crate) closed: bool,
            pub(crate) bare_venue: bool,
            $($($(pub(crate) $bit: $bit_type,)+)?)+
        }

        impl ListingBits {
            pub(crate) fn new(facts: &SearchFacts, rank: u32, languages: u32) -> Self {
                Self {
                    chance: facts.chance,
                    rank,
                    languages,
                    closed: facts.closed,
                    bare_venue: facts.bare_venue,
                    $($($($bit: {
                        let $of = facts;
                        $made
                    },)+)?)+
                }
            }

            /// How the listing stands to a request; how far it is and its words are judged by the finder.
            pub(crate) fn judged(&self, facts: &SearchFacts, request: &SearchRequest) -> ListingJudgement {
                let mut judged = ListingJudgement::default();
                $(
                    $(if let Some($fv) = request.$ask.asked() {
                        let ($fb, $ff, $fa) = (self, facts, request);
                        let met: bool = $met;
                        judged = judged.and(SearchCondition::$condition, met.into());
                    })?
                    $(if let Some($kv) = request.$ask.asked() {
                        let ($kb, $kf, $ka) = (self, facts, request);
                        let met: Option<bool> = $known;
                        judged = judged.and(SearchCondition::$condition, met.into());
                    })?
                )+
                judged
            }
        }

        /// Counts of listings that would fit, or may fit, if the one condition were set so and all others stayed.
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct ConditionCounts {
            $($($($(#[doc = $count_doc])+ pub $count: FitCount,)+)?)+
        }

        impl ConditionCounts {
            /// With one more listing.
            pub(crate) fn count(
                &mut self,
                listing: &ListingBits,
                facts: &SearchFacts,
                now: NaiveDateTime,
                judged: ListingJudgement,
            ) {
                $($(if judged.failed.none_but(SearchCondition::$condition) {
                    let others_met = judged.not_known.none_but(SearchCondition::$condition);
                    $(
                        let ($cb, $cf, $cn) = (listing, facts, now);
                        self.$count.count(ConditionVerdict::from($counted), others_met);
                    )+
                })?)+
            }
        }
    };
}
pub(super) use search_conditions;
