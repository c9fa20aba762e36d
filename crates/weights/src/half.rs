//! Conversion between 16-bit and 32-bit floats (IEEE 754 binary16, rounding to nearest, ties to even).

/// The 32-bit value of a 16-bit float.
pub(crate) fn to_f32(half: u16) -> f32 {
    let sign = u32::from(half & 0x8000) << 16;
    let exponent = u32::from(half >> 10) & 0x1f;
    let fraction = u32::from(half & 0x3ff);
    let bits = match (exponent, fraction) {
        (0, 0) => sign,
        // A subnormal: the fraction counts units of 2^-24, which a 32-bit float holds exactly.
        (0, fraction) => {
            let value = fraction as f32 * f32::from_bits(0x3380_0000);
            sign | value.to_bits()
        }
        (0x1f, fraction) => sign | 0x7f80_0000 | (fraction << 13),
        (exponent, fraction) => sign | ((exponent + 112) << 23) | (fraction << 13),
    };
    f32::from_bits(bits)
}

/// The 16-bit float nearest to a value.
pub(crate) fn from_f32(value: f32) -> u16 {
    let bits = value.to_bits();
    let sign = ((bits >> 16) & 0x8000) as u16;
    let magnitude = bits & 0x7fff_ffff;
    if magnitude > 0x7f80_0000 {
        return sign | 0x7e00; // not a number
    }
    if magnitude >= 0x4780_0000 {
        return sign | 0x7c00; // 65,536 and above, infinity included
    }
    if magnitude < 0x3880_0000 {
        // Below the smallest normal: units of 2^-24. Adding 0.5 lets the hardware round to even at that unit.
        let units = (f32::from_bits(magnitude) + 0.5).to_bits() - 0.5_f32.to_bits();
        return sign | units as u16;
    }
    let rounded = magnitude + 0xfff + ((magnitude >> 13) & 1);
    sign | ((rounded - 0x3800_0000) >> 13) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_half_survives_the_round_trip() {
        for half in 0..=u16::MAX {
            let back = from_f32(to_f32(half));
            if to_f32(half).is_nan() {
                assert!(to_f32(back).is_nan());
            } else {
                assert_eq!(half, back);
            }
        }
    }

    #[test]
    fn values_between_two_halves_round_to_the_nearer_and_ties_to_the_even_one() {
        for half in 0..0x7bff_u16 {
            let (low, high) = (to_f32(half), to_f32(half + 1));
            let middle = f32::midpoint(low, high);
            let even = if half % 2 == 0 { half } else { half + 1 };
            assert_eq!(from_f32(middle), even);
            assert_eq!(from_f32(middle.next_down()), half);
            assert_eq!(from_f32(middle.next_up()), half + 1);
        }
    }
}
