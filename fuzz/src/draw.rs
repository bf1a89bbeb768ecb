//! Choices made by the bytes of an input; once they are used up, every choice is the first one.

/// What is left of an input.
pub(crate) struct Draw<'a>(&'a [u8]);

impl<'a> Draw<'a> {
    pub(crate) fn new(data: &'a [u8]) -> Self {
        Self(data)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is not used up.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.0
    }

    pub(crate) fn byte(&mut self) -> u8 {
        let (first, rest) = self.0.split_first().unwrap_or((&0, &[]));
        self.0 = rest;
        *first
    }

    pub(crate) fn number(&mut self, below: usize) -> usize {
        let wide = usize::from(self.byte());
        let wide = if below > 256 {
            wide << 8 | usize::from(self.byte())
        } else {
            wide
        };
        wide % below.max(1)
    }

    pub(crate) fn among<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.number(list.len())]
    }

    /// True once in `times`; never when nothing is left.
    pub(crate) fn once_in(&mut self, times: u8) -> bool {
        !self.is_empty() && self.byte() % times == times - 1
    }

    /// The next bytes as they are, at most so many.
    pub(crate) fn bytes(&mut self, most: usize) -> &'a [u8] {
        let length = self.number(most + 1).min(self.0.len());
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }

    pub(crate) fn text(&mut self, most: usize) -> String {
        String::from_utf8_lossy(self.bytes(most)).into_owned()
    }
}
