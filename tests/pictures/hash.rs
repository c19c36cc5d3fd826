//! SHA-256 in Base64, as a policy of a page names a script: written out, so that no library has to be trusted with it.

/// The first 32 bits of the fractions of the square roots of 8 primes, and of the cube roots of 64.
fn constants() -> ([u32; 8], [u32; 64]) {
    let is_prime = |n: &u64| (2..*n).take_while(|d| d * d <= *n).all(|d| !n.is_multiple_of(d));
    let primes: Vec<u64> = (2..).filter(is_prime).take(64).collect();
    // The greatest x with x^power <= prime * 2^(32 * power), by bisection.
    let root = |prime: u64, power: u32| -> u32 {
        let is_too_much = |x: u128| match power {
            2 => x * x > u128::from(prime) << 64,
            _ => x * x > (u128::from(prime) << 96) / x,
        };
        let (mut low, mut high) = (1u128, 1u128 << 36);
        while high - low > 1 {
            let middle = (low + high) / 2;
            if is_too_much(middle) { high = middle } else { low = middle }
        }
        low as u32
    };
    let mut start = [0; 8];
    let mut rounds = [0; 64];
    start.iter_mut().zip(&primes).for_each(|(slot, prime)| *slot = root(*prime, 2));
    rounds.iter_mut().zip(&primes).for_each(|(slot, prime)| *slot = root(*prime, 3));
    (start, rounds)
}

fn sha256(message: &[u8]) -> Vec<u8> {
    let (mut state, rounds) = constants();
    let mut padded = message.to_vec();
    padded.push(0x80);
    while padded.len() % 64 != 56 {
        padded.push(0);
    }
    padded.extend((message.len() as u64 * 8).to_be_bytes());
    for block in padded.chunks(64) {
        let mut w: Vec<u32> = block.chunks(4).map(|b| u32::from_be_bytes(b.try_into().unwrap())).collect();
        for t in 16..64 {
            let (a, b) = (w[t - 15], w[t - 2]);
            let s0 = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
            let s1 = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
            w.push(w[t - 16].wrapping_add(s0).wrapping_add(w[t - 7]).wrapping_add(s1));
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = state;
        for t in 0..64 {
            let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let one = h.wrapping_add(s1).wrapping_add((e & f) ^ (!e & g)).wrapping_add(rounds[t]).wrapping_add(w[t]);
            let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let two = s0.wrapping_add((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d.wrapping_add(one), c, b, a, one.wrapping_add(two));
        }
        for (slot, value) in state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *slot = slot.wrapping_add(value);
        }
    }
    state.iter().flat_map(|word| word.to_be_bytes()).collect()
}

/// `sha256-…`
pub fn of_policy(script: &str) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = "sha256-".to_string();
    for three in sha256(script.as_bytes()).chunks(3) {
        let bits = (0..3).fold(0u32, |bits, at| bits << 8 | u32::from(*three.get(at).unwrap_or(&0)));
        for place in 0..4 {
            let digit = char::from(DIGITS[(bits >> (18 - 6 * place)) as usize & 63]);
            out.push(if place <= three.len() { digit } else { '=' });
        }
    }
    out
}

#[test]
fn the_hash_of_nothing_is_the_known_one() {
    assert_eq!(of_policy(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}
