//! The bytes of a file.

use std::sync::Arc;

use bytes::Bytes;

/// What a file holds: shared with the catalogue until it is written to.
#[derive(Debug, Clone)]
pub(super) enum Content {
    Shared(Bytes),
    Owned(Arc<Vec<u8>>),
}

impl Default for Content {
    fn default() -> Self {
        Self::Shared(Bytes::new())
    }
}

/// Bytes of a slice of shared vector.
struct Keeper(Arc<Vec<u8>>);

impl AsRef<[u8]> for Keeper {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Content {
    /// The bytes that are held, which may be fewer than the file's size.
    pub(super) fn held(&self) -> &[u8] {
        match self {
            Self::Shared(bytes) => bytes,
            Self::Owned(bytes) => bytes,
        }
    }

    /// `length` bytes from `offset` on, zeros where none are held.
    pub(super) fn slice(&self, offset: usize, length: usize) -> Bytes {
        let held = self.held();
        let end = offset.saturating_add(length);
        if end <= held.len() {
            return match self {
                Self::Shared(bytes) => bytes.slice(offset..end),
                // A small slice is copied, so that the next write need not copy the whole.
                Self::Owned(_) if length <= 0x1_0000 => Bytes::copy_from_slice(&held[offset..end]),
                Self::Owned(bytes) => Bytes::from_owner(Keeper(bytes.clone())).slice(offset..end),
            };
        }
        let mut filled = vec![0; length];
        if offset < held.len() {
            filled[..held.len() - offset].copy_from_slice(&held[offset..]);
        }
        Bytes::from(filled)
    }

    /// The vector, to be written in.
    fn own(&mut self) -> &mut Vec<u8> {
        if let Self::Shared(bytes) = self {
            *self = Self::Owned(Arc::new(bytes.to_vec()));
        }
        match self {
            Self::Owned(bytes) => Arc::make_mut(bytes),
            Self::Shared(_) => unreachable!("just replaced"),
        }
    }

    /// Writes at `offset`. Zeros past what is held are not stored: the size says that they exist.
    /// `false` when more than `most` bytes would be held.
    pub(super) fn write(&mut self, offset: usize, bytes: &[u8], most: usize) -> bool {
        if offset >= self.held().len() && bytes.iter().all(|byte| *byte == 0) {
            return true;
        }
        let end = offset.saturating_add(bytes.len());
        if end > most {
            return false;
        }
        let own = self.own();
        if own.len() < end {
            own.resize(end, 0);
        }
        own[offset..end].copy_from_slice(bytes);
        true
    }

    /// Forgets what is held from `size` on.
    pub(super) fn cut(&mut self, size: usize) {
        match self {
            Self::Shared(bytes) => bytes.truncate(size),
            Self::Owned(bytes) if bytes.len() > size => Arc::make_mut(bytes).truncate(size),
            Self::Owned(_) => {}
        }
    }
}
