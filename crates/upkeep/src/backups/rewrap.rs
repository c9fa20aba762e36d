//! Wrapping the keys of backups anew, so that an old key-encryption key can be put away.

use super::{BackupError, Shelf};

/// Wraps the key of every backup under the current key-encryption key; how many had another.
///
/// # Errors
/// The store fails, or a backup was made under a key that is not in the ring.
pub async fn rewrap(shelf: &Shelf) -> Result<u64, BackupError> {
    let mut changed = 0;
    for name in shelf.names().await? {
        let (mut manifest, key) = shelf.load(Some(&name)).await?;
        if manifest.rewrap(&shelf.key_ring)? {
            shelf.keep_manifest(&manifest, &key).await?;
            changed += 1;
        }
    }
    Ok(changed)
}
