//! The Merkle tree hash of RFC 9162 §2.1.1 over a list whose items are seen once, one after the other.

use sha2::{Digest as _, Sha256};

type Hash = [u8; 32];

/// The tree over the items so far. Holds a hash for each full subtree: as many as its count has ones in binary.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    full: Vec<(u32, Hash)>,
    items: u64,
}

impl Tree {
    /// Adds an item.
    pub fn add(&mut self, item: &[u8]) {
        let mut node = (0, hash(0, item, &[]));
        while let Some((height, left)) = self.full.last().copied().filter(|(height, _)| *height == node.0) {
            self.full.pop();
            node = (height + 1, hash(1, &left, &node.1));
        }
        self.full.push(node);
        self.items += 1;
    }

    /// How many items there are.
    pub fn items(&self) -> u64 {
        self.items
    }

    /// The root; of an empty tree the hash of nothing.
    pub fn root(&self) -> Hash {
        let mut from_right = self.full.iter().rev().map(|(_, node)| *node);
        let last = from_right.next().unwrap_or_else(|| Sha256::digest([]).into());
        from_right.fold(last, |right, left| hash(1, &left, &right))
    }
}

/// Leaves and nodes are told apart by what stands before them, or one could be taken for the other.
fn hash(kind: u8, left: &[u8], right: &[u8]) -> Hash {
    Sha256::new().chain_update([kind]).chain_update(left).chain_update(right).finalize().into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn root(items: &[Vec<u8>]) -> Hash {
        let mut tree = Tree::default();
        for item in items {
            tree.add(item);
        }
        assert_eq!(tree.items(), items.len() as u64);
        tree.root()
    }

    /// As the RFC has it, with the whole list at hand.
    fn by_the_book(items: &[Vec<u8>]) -> Hash {
        match items {
            [] => Sha256::digest([]).into(),
            [one] => hash(0, one, &[]),
            _ => {
                let left = items.len().next_power_of_two() / 2;
                hash(1, &by_the_book(&items[..left]), &by_the_book(&items[left..]))
            }
        }
    }

    /// The test vectors of the Certificate Transparency project, `merkletree/testdata`.
    #[test]
    fn roots_are_those_that_others_compute() {
        let inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657"];
        let inputs = inputs.map(|hex| hex::decode(hex).expect("hexadecimal"));
        let told = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        ];
        for (count, told) in (1..).zip(told) {
            assert_eq!(hex::encode(root(&inputs[..count])), told, "of {count}");
        }
        let nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(hex::encode(root(&[])), nothing);
    }

    proptest! {
        #[test]
        fn one_after_the_other_it_is_as_with_all_at_hand(items in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..9), 0..70)) {
            prop_assert_eq!(root(&items), by_the_book(&items));
        }

        #[test]
        fn whatever_is_changed_changes_the_root(
            items in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..9), 1..40),
            at in any::<prop::sample::Index>(),
        ) {
            let mut changed = items.clone();
            let at = at.index(items.len());
            changed[at][0] ^= 1;
            prop_assert_ne!(root(&items), root(&changed));
            let mut shorter = items.clone();
            shorter.remove(at);
            prop_assert_ne!(root(&items), root(&shorter));
        }
    }
}
