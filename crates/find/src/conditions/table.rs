//! What the table of conditions becomes.

/// Makes the condition, the request, the facts, the bits and the counts from rows of
///
/// ```text
/// /// What it is that a listing fails.
/// Condition = "its word in queries and answers" {
///     asks { field of the request: its type; not asked is the type's default }
///     facts { fields of a listing: their types }
///     bits { what is read of every listing: its type = |facts| from its facts }
///     fails |bits, facts, request, value asked| whether a listing fails;
///     counts { facet: |bits, facts, now| whether a listing is counted where all but this condition fits }
/// }
/// ```
///
/// All but `asks` may be left out.
macro_rules! search_conditions {
    ($(
        $(#[doc = $doc:literal])+
        $condition:ident = $word:literal {
            asks { $(#[doc = $ask_doc:literal])+ $ask:ident: $ask_type:ty }
            $(facts { $($(#[doc = $fact_doc:literal])+ $fact:ident: $fact_type:ty,)+ })?
            $(bits { $($bit:ident: $bit_type:ty = |$of:ident| $made:expr,)+ })?
            $(fails |$fb:pat_param, $ff:pat_param, $fa:pat_param, $fv:pat_param| $fails:expr;)?
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
        }

        /// A question. Everything that is not given limits nothing.
        #[derive(Debug, Clone, Default, PartialEq)]
        pub struct SearchRequest {
            /// Where the person sets out. Without it nothing is near or far.
            pub from: Option<Place>,
            /// The moment that now is, on the clock there.
            pub now: NaiveDateTime,
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
            $($($(pub(crate) $bit: $bit_type,)+)?)+
        }

        impl ListingBits {
            pub(crate) fn new(facts: &SearchFacts, rank: u32, languages: u32) -> Self {
                Self {
                    chance: facts.chance,
                    rank,
                    languages,
                    closed: facts.closed,
                    $($($($bit: {
                        let $of = facts;
                        $made
                    },)+)?)+
                }
            }

            /// Every condition that the listing fails; how far it is and its words are judged by the finder.
            pub(crate) fn failed(&self, facts: &SearchFacts, request: &SearchRequest) -> FailedConditions {
                FailedConditions::default()
                    $($(.and(SearchCondition::$condition, {
                        let ($fb, $ff, $fa) = (self, facts, request);
                        request.$ask.asked().is_some_and(|$fv| $fails)
                    }))?)+
            }
        }

        /// Counts of listings that would fit if the one condition were set so and all others stayed.
        #[derive(Debug, Clone, Default, PartialEq, Eq)]
        pub struct ConditionCounts {
            $($($($(#[doc = $count_doc])+ pub $count: usize,)+)?)+
        }

        impl ConditionCounts {
            /// With one more listing.
            pub(crate) fn count(
                &mut self,
                listing: &ListingBits,
                facts: &SearchFacts,
                now: NaiveDateTime,
                failed: FailedConditions,
            ) {
                $($(if failed.none_but(SearchCondition::$condition) {
                    $(
                        let ($cb, $cf, $cn) = (listing, facts, now);
                        self.$count += usize::from($counted);
                    )+
                })?)+
            }
        }
    };
}
pub(super) use search_conditions;
