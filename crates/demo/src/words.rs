//! Names of things in the town.

/// A kind of venue, how many there are, and which needs it serves (for keeping the gap a gap).
pub(super) struct VenueWords {
    pub(super) kind: &'static str,
    pub(super) name: &'static str,
    pub(super) count: usize,
    pub(super) needs: &'static str,
}

const fn venue(kind: &'static str, name: &'static str, count: usize, needs: &'static str) -> VenueWords {
    VenueWords { kind, name, count, needs }
}

/// Every kind of venue; `{}` is the neighbourhood.
pub(super) const VENUES: &[VenueWords] = &[
    venue("library", "{} Library", 5, "social-connection;learning-skills"),
    venue("community-centre", "{} Community Centre", 9, "social-connection;caring-family"),
    venue("village-hall", "{} Hall", 5, "social-connection"),
    venue("community-hub", "{} Hub", 4, "social-connection"),
    venue("family-hub", "{} Family Hub", 3, "caring-family;mental-wellbeing"),
    venue("youth-centre", "{} Youth Club", 4, "social-connection;mental-wellbeing"),
    venue("day-centre", "{} Day Centre", 3, "social-connection;caring-family;mental-wellbeing"),
    venue("place-of-worship", "", 26, "social-connection;caring-family"),
    venue("social-club", "{} Social Club", 7, "social-connection"),
    venue("museum", "Museum of {}", 2, "social-connection"),
    venue("arts-centre", "{} Arts Centre", 2, "social-connection"),
    venue("theatre", "{} Playhouse", 1, "arts-culture"),
    venue("sports-centre", "{} Sports Centre", 3, "social-connection"),
    venue("leisure-centre", "{} Leisure Centre", 2, "social-connection"),
    venue("swimming-pool", "{} Baths", 1, "physical-activity"),
    venue("gym", "{} Gym", 6, "physical-activity"),
    venue("sports-club", "{} Athletic Club", 12, "social-connection"),
    venue("allotment", "{} Allotments", 9, "nature-outdoors"),
    venue("community-garden", "{} Community Garden", 6, "social-connection"),
    venue("community-orchard", "{} Orchard", 2, "nature-outdoors"),
    venue("college", "{} College", 1, "learning-skills"),
    venue("jobcentre", "{} Jobcentre", 1, "work-volunteering"),
    venue("volunteer-centre", "Volunteer Centre {}", 1, "social-connection"),
    venue("community-workshop", "{} Shed", 3, "social-connection;mental-wellbeing"),
    venue("advice-centre", "{} Advice", 3, "money-debt"),
    venue("credit-union", "{} Credit Union", 1, "money-debt"),
    venue("council-office", "{} Town Hall", 1, "housing"),
    venue("food-bank", "{} Food Bank", 4, "food"),
    venue("food-pantry", "{} Pantry", 4, "social-connection"),
    venue("community-kitchen", "{} Kitchen", 3, "social-connection"),
    venue("community-fridge", "{} Fridge", 3, "food"),
    venue("mental-health-service", "{} Talking Therapies", 3, "mental-wellbeing"),
    venue("community-transport", "{} Community Transport", 1, "practical-support"),
    venue("repair-cafe", "{} Repair Café", 3, "social-connection"),
    venue("charity", "{} Trust", 8, ""),
    venue("cafe", "{} Café", 44, ""),
    venue("pub", "The {} Arms", 20, ""),
    venue("pharmacy", "{} Pharmacy", 16, ""),
    venue("gp-surgery", "{} Surgery", 13, ""),
    venue("dentist", "{} Dental Practice", 9, ""),
    venue("school", "{} School", 22, ""),
    venue("playground", "{} Playground", 24, ""),
    venue("post-office", "{} Post Office", 9, ""),
    venue("hospital", "{} Hospital", 1, ""),
];

/// Venues with a room that a group can meet in.
pub(super) const MEETING: &[&str] = &[
    "library",
    "community-centre",
    "village-hall",
    "community-hub",
    "family-hub",
    "place-of-worship",
    "social-club",
    "arts-centre",
    "sports-centre",
    "leisure-centre",
    "community-garden",
    "cafe",
    "pub",
    "school",
    "college",
];

/// Places of worship.
pub(super) const SAINTS: &[&str] = &[
    "St Brendan's, {}",
    "St Peter's, {}",
    "All Saints, {}",
    "{} Methodist Church",
    "{} Baptist Church",
    "{} Mosque",
    "{} Gurdwara",
    "{} Quaker Meeting House",
    "Our Lady, {}",
    "{} Gospel Hall",
];

/// Groups for one need, and how common they are.
pub(super) struct GroupWords {
    pub(super) need: &'static str,
    pub(super) weight: f64,
    pub(super) names: &'static [&'static str],
}

const fn groups(need: &'static str, weight: f64, names: &'static [&'static str]) -> GroupWords {
    GroupWords { need, weight, names }
}

/// Every sort of group.
pub(super) const GROUPS: &[GroupWords] = &[
    groups(
        "social-connection",
        3.0,
        &["Knit and Natter", "Lunch Club", "Coffee Morning", "Befriending Circle", "Games Afternoon"],
    ),
    groups(
        "physical-activity",
        2.6,
        &["Walking Football", "Health Walk", "Tai Chi", "Chair Exercise", "Gentle Yoga"],
    ),
    groups("nature-outdoors", 1.1, &["Gardening Together", "Shore Clean-up", "Birdwatch Walk", "Green Gym"]),
    groups(
        "arts-culture",
        1.5,
        &["Drama Group", "Photography Club", "Community Choir", "Pottery Course", "Reading Group"],
    ),
    groups(
        "learning-skills",
        1.4,
        &["Digital Skills", "English Conversation", "Maths Refresher", "Sign Language for Beginners"],
    ),
    groups("work-volunteering", 1.0, &["Job Club", "Volunteer Drop-in", "CV Clinic"]),
    groups("money-debt", 0.8, &["Debt Advice Drop-in", "Benefits Help", "Money Matters"]),
    groups("housing", 0.7, &["Housing Advice Drop-in", "Tenants' Support"]),
    groups("food", 0.8, &["Cook and Eat", "Community Meal"]),
    groups("mental-wellbeing", 1.8, &["Peer Support", "Recovery Course", "Bereavement Café", "Men's Talk"]),
    groups("caring-family", 1.2, &["Carers' Group", "Parent and Toddler", "Dads on Saturday"]),
    groups("practical-support", 0.8, &["Good Neighbours", "Form Filling Help", "Handy Help"]),
];

/// A kind of green space.
pub(super) struct GreenWords {
    pub(super) kind: &'static str,
    pub(super) name: &'static str,
    pub(super) count: usize,
    pub(super) hectares: (f64, f64),
}

const fn green(kind: &'static str, name: &'static str, count: usize, hectares: (f64, f64)) -> GreenWords {
    GreenWords { kind, name, count, hectares }
}

/// Every kind of green space.
pub(super) const GREEN: &[GreenWords] = &[
    green("park", "{} Park", 12, (2.0, 14.0)),
    green("garden", "{} Gardens", 6, (0.3, 1.0)),
    green("green-space", "{} Green", 14, (0.4, 3.0)),
    green("playing-field", "{} Field", 8, (1.5, 5.0)),
    green("nature-reserve", "{} Reserve", 2, (8.0, 20.0)),
    green("woodland", "{} Wood", 4, (2.0, 8.0)),
];
