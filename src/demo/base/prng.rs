//! Hashes that stand in for chance: the same input gives the same "random" number on every machine.

/// Mixes two numbers into one (the finalizer of splitmix64).
pub fn mix(a: u64, b: u64) -> u64 {
    let mut z = a ^ b.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number for a text.
pub fn hash_text(text: &str) -> u64 {
    text.bytes().fold(0x0063_6c6f_7564, |hash, byte| mix(hash, u64::from(byte)))
}

/// A wheel of fortune with 2,048 places, each value on as many as its weight asks for.
#[derive(Debug)]
pub struct Wheel<T>(Vec<T>);

impl<T: Copy> Wheel<T> {
    const PLACES: u64 = 2_048;

    /// Spreads the values by weight; a weight of 0 never comes up.
    pub fn new(weighted: impl IntoIterator<Item = (T, u64)>) -> Self {
        let weighted: Vec<_> = weighted.into_iter().collect();
        let total: u64 = weighted.iter().map(|(_, weight)| weight).sum::<u64>().max(1);
        let mut places = Vec::with_capacity(Self::PLACES as usize);
        let mut so_far = 0;
        for (value, weight) in weighted {
            so_far += weight;
            places.resize((so_far * Self::PLACES / total) as usize, value);
        }
        Wheel(places)
    }

    /// The value that the lowest eleven bits point to; nothing only where no value has a weight.
    pub fn spin(&self, bits: u64) -> Option<T> {
        self.0.get((bits & (Self::PLACES - 1)) as usize).copied()
    }
}
