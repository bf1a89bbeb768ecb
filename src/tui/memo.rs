//! What was computed last, kept until what it was computed from changes.

use std::cell::RefCell;
use std::fmt;
use std::sync::Arc;

/// The last value, and what it was computed from. A copy begins empty.
pub(crate) struct Memo<K, V>(RefCell<Option<(K, Arc<V>)>>);

impl<K: PartialEq, V> Memo<K, V> {
    /// The value for this key: the one kept, else a new one.
    pub(crate) fn get(&self, key: K, make: impl FnOnce() -> V) -> Arc<V> {
        if let Some((kept, value)) = &*self.0.borrow()
            && *kept == key
        {
            return Arc::clone(value);
        }
        let value = Arc::new(make());
        self.0.replace(Some((key, Arc::clone(&value))));
        value
    }
}

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self(RefCell::new(None))
    }
}

impl<K, V> Clone for Memo<K, V> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl<K, V> fmt::Debug for Memo<K, V> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Memo")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_made_once_per_key() {
        let memo = Memo::default();
        assert_eq!(*memo.get("a", || 1), 1);
        assert_eq!(*memo.get("a", || 2), 1);
        assert_eq!(*memo.get("b", || 3), 3);
        assert_eq!(*memo.clone().get("b", || 4), 4);
    }
}
