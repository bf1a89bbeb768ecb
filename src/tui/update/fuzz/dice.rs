//! Where chance comes from: the same events every time.

/// Knuth's MMIX generator.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    pub(super) fn pick<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.index(items.len())].clone()
    }

    pub(super) fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.roll(length as u64)).unwrap()
    }

    pub(super) fn short(&mut self, sides: u64) -> u16 {
        u16::try_from(self.roll(sides)).unwrap()
    }

    /// Words as programs and people write them: wide letters, combining ones, nothing at all.
    pub(super) fn words(&mut self) -> String {
        const WORDS: [&str; 12] = [
            "",
            "docker ps",
            "漢字の名前",
            "e\u{301}te\u{301}",
            "👩‍👩‍👧",
            "sleep 3600",
            "/var/lib/データ/été",
            "2026-11-21T16:13:17Z",
            "une phrase assez longue pour ne pas tenir sur une ligne de ce panneau-là",
            "«\u{a0}oui\u{a0}»",
            "x",
            "ＷＩＤＥ",
        ];
        let count = self.roll(4);
        let words: Vec<&str> = (0..count).map(|_| self.pick(&WORDS)).collect();
        words.join(" ")
    }
}
