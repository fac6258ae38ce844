//! Texts of single values: numbers, flags, days, times of day, boxes.

use chrono::NaiveDate;

/// A finite number written in decimal; not `inf`, `nan` or hexadecimal.
#[must_use]
pub fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    text.parse::<f64>().ok().filter(|n| plain && n.is_finite())
}

/// True or false, also written 1 and 0.
#[must_use]
pub fn flag(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// A day, `YYYY-MM-DD`.
#[must_use]
pub fn day(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == 10)
}

/// Minutes from midnight of `HH:MM`, 00:00 to 23:59.
#[must_use]
pub fn minute_of_day(text: &str) -> Option<u16> {
    let [a, b, b':', c, d] = *text.as_bytes() else { return None };
    let digit = |byte: u8| byte.is_ascii_digit().then(|| u16::from(byte - b'0'));
    let (hour, minute) = (digit(a)? * 10 + digit(b)?, digit(c)? * 10 + digit(d)?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// West, south, east, north; heights are left out. West may be greater than east: across the antimeridian.
///
/// # Errors
/// What would do.
pub fn bbox(text: &str) -> Result<[f64; 4], &'static str> {
    let numbers: Option<Vec<f64>> = text.split(',').map(|n| number(n.trim())).collect();
    let [west, south, east, north] = match numbers.as_deref() {
        Some(&[west, south, east, north]) => [west, south, east, north],
        Some(&[west, south, _, east, north, _]) => [west, south, east, north],
        _ => return Err("not four (or six) numbers: west,south,east,north in degrees"),
    };
    if south <= north {
        Ok([west, south, east, north])
    } else {
        Err("a box whose south is greater than its north")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boxes_have_four_or_six_numbers() {
        assert_eq!(bbox("-2.5,53,-2,54"), Ok([-2.5, 53.0, -2.0, 54.0]));
        assert_eq!(bbox("-2.5,53,0,-2,54,100"), Ok([-2.5, 53.0, -2.0, 54.0]));
        assert_eq!(bbox("170,-10,-170,10"), Ok([170.0, -10.0, -170.0, 10.0]));
        for bad in ["", "1,2,3", "1,2,3,4,5", "1,2,3,x", "1,5,3,4", "nan,1,2,3", "inf,1,2,3"] {
            assert!(bbox(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn times_of_day() {
        assert_eq!([minute_of_day("00:00"), minute_of_day("18:30")], [Some(0), Some(1_110)]);
        for bad in ["", "9", "9:00", "18:60", "24:00", "aa:bb", "18:3", "+8:00", "18:000"] {
            assert!(minute_of_day(bad).is_none(), "{bad}");
        }
    }
}
