//! Name parts of the made-up people: Malay, Chinese and Indian in Latin letters, and the same
//! communities in Jawi, Chinese and Tamil script as madrasah and vernacular registers have them.

pub(crate) const MALAY_BOYS: [&str; 20] = [
    "Muhammad Aiman",
    "Ahmad Danish",
    "Mohd Haziq",
    "Muhammad Irfan",
    "Amirul Hakim",
    "Nik Adam",
    "Wan Zulkarnain",
    "Syed Harith",
    "Muhammad Nu'man",
    "Abdul Rahman",
    "Luqman Hakimi",
    "Muhd Faris",
    "Ariff Iskandar",
    "Umar Mukhtar",
    "Tengku Zafran",
    "Megat Daniel",
    "Izzat Fahmi",
    "Hafiz Azri",
    "Muhammad Sya'ban",
    "Abd Malik",
];
pub(crate) const MALAY_GIRLS: [&str; 20] = [
    "Nur Aisyah",
    "Siti Khadijah",
    "Nurul Iman",
    "Puteri Balqis",
    "Nor Hidayah",
    "Nur 'Aliyah",
    "Sharifah Maisarah",
    "Wan Nur Syifa",
    "Nik Sofea",
    "Dayang Nurfitrah",
    "Aina Batrisyia",
    "Siti Nur Hajar",
    "Nurin Qistina",
    "Hana Humaira",
    "Fatimah Az-Zahra",
    "Auni Sakinah",
    "Damia Zulaikha",
    "Alya Najwa",
    "Raihana Insyirah",
    "Tengku Aleesya",
];
pub(crate) const MALAY_FATHERS: [&str; 20] = [
    "Zainal Abidin",
    "Mohd Yusof",
    "Abdul Halim",
    "Kamaruddin",
    "Roslan",
    "Ismail",
    "Shahrul Nizam",
    "Hamzah",
    "Azman",
    "Mohamad Fauzi",
    "Che Mat",
    "Badrul Hisham",
    "Rosli",
    "Abd Rashid",
    "Khairul Anuar",
    "Mohd Noor",
    "Samsudin",
    "Idris",
    "Zulkifli",
    "Dato' Mokhtar",
];
pub(crate) const MALAY_MOTHERS: [&str; 14] = [
    "Norhayati",
    "Siti Aminah",
    "Rohani",
    "Zaiton",
    "Noraini",
    "Faridah",
    "Mariam",
    "Hasnah",
    "Salmah",
    "Rosnah",
    "Azizah",
    "Norliza",
    "Suhaila",
    "Kamariah",
];
pub(crate) const CHINESE_SURNAMES: [&str; 10] =
    ["Tan", "Lim", "Wong", "Lee", "Chong", "Ng", "Goh", "Teoh", "Yap", "Chua"];
pub(crate) const CHINESE_BOYS: [&str; 8] =
    ["Wei Jie", "Jun Hao", "Zhi Xuan", "Kah Seng", "Yong Sheng", "Ah Kow", "Jia Le", "Chee Keong"];
pub(crate) const CHINESE_GIRLS: [&str; 8] =
    ["Mei Ling", "Xin Yi", "Jia Hui", "Siew Lan", "Pei Shan", "Yee Wen", "Hui Min", "Shu Ting"];
pub(crate) const INDIAN_BOYS: [&str; 8] = ["Siva", "Prakash", "Dinesh", "Kavin", "Arjun", "Tharun", "Sanjay", "Logan"];
pub(crate) const INDIAN_GIRLS: [&str; 8] =
    ["Priya", "Kavitha", "Dharshini", "Thivya", "Lakshmi", "Anjali", "Shalini", "Yalini"];
pub(crate) const INDIAN_FATHERS: [&str; 8] =
    ["Kumar", "Raman", "Muniandy", "Subramaniam", "Ganesan", "Perumal", "Krishnan", "Rajendran"];

/// Whole names in other scripts: (pupil, whether a boy, father).
pub(crate) const OTHER_SCRIPTS: [(&str, bool, &str); 6] = [
    ("عبدالسلام بن صلاح الدين", true, "صلاح الدين بن إسماعيل"),
    ("نور عليا بنت كمال", false, "كمال بن احمد"),
    ("陈美玲", false, "陈国强"),
    ("林志伟", true, "林文华"),
    ("சௌந்தர்யா பெருமாள்", false, "பெருமாள் கோவிந்தன்"),
    ("கோபாலகிருஷ்ணன் முருகன்", true, "முருகன் சண்முகம்"),
];

/// Streets, and towns with their postcode and state as they belong together.
pub(crate) const STREETS: [&str; 8] = [
    "Jalan Melati",
    "Lorong Kenanga",
    "Jalan Haji Salleh",
    "Jalan Cempaka",
    "Kampung Baharu",
    "Jalan Sultan Ismail",
    "Taman Seri Indah",
    "Jalan Masjid Lama",
];
pub(crate) const TOWNS: [(&str, &str, &str); 10] = [
    ("Shah Alam", "40150", "Selangor"),
    ("Kajang", "43000", "Selangor"),
    ("Kota Bharu", "15200", "Kelantan"),
    ("Alor Setar", "05400", "Kedah"),
    ("Kangar", "01000", "Perlis"),
    ("Johor Bahru", "80100", "Johor"),
    ("Kuala Terengganu", "20200", "Terengganu"),
    ("Ipoh", "30450", "Perak"),
    ("Seremban", "70300", "Negeri Sembilan"),
    ("Kota Kinabalu", "88300", "Sabah"),
];
pub(crate) const CLASS_NAMES: [&str; 4] = ["Al-Farabi", "Al-Khawarizmi", "Ibnu Sina", "Ibnu Khaldun"];
pub(crate) const SUBJECTS: [&str; 6] =
    ["Bahasa Melayu", "Matematik", "Pendidikan Islam", "Bahasa Arab", "Sains", "Hafazan"];
