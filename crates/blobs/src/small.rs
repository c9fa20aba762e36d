//! Small objects in the clear, for what is no person's data and has to be read without any key of the database: the
//! anchors of the audit trail.

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt, PutMode, PutOptions, path::Path};

use crate::{BlobError, BlobStore};

impl BlobStore {
    /// Keeps a small object, in place of what may be there.
    pub async fn put_small(&self, name: &str, bytes: Bytes) -> Result<(), BlobError> {
        self.objects.put(&Path::from(name), bytes.into()).await?;
        Ok(())
    }

    /// Keeps a small object unless there is one of this name; says whether it did.
    pub async fn put_small_if_absent(&self, name: &str, bytes: Bytes) -> Result<bool, BlobError> {
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.objects.put_opts(&Path::from(name), bytes.into(), options).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::AlreadyExists { .. } | object_store::Error::Precondition { .. }) => {
                Ok(false)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// The first `most` bytes of a small object, if it is there.
    pub async fn find_small(&self, name: &str, most: u64) -> Result<Option<Bytes>, BlobError> {
        let options = GetOptions { range: Some(GetRange::Bounded(0..most)), ..GetOptions::default() };
        match self.objects.get_opts(&Path::from(name), options).await {
            Ok(found) => Ok(Some(found.bytes().await?)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The names of all objects in a folder, in order.
    pub async fn list_small(&self, folder: &str) -> Result<Vec<String>, BlobError> {
        let prefix = Path::from(folder);
        let objects = self.objects.list(Some(&prefix));
        let mut names: Vec<String> =
            objects.map_ok(|object| object.location.to_string()).try_collect().await?;
        names.sort_unstable();
        Ok(names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn keeps_small_objects(store: &BlobStore) {
        assert_eq!(store.find_small("a/b", 10).await.unwrap(), None);
        assert!(store.put_small_if_absent("a/b", Bytes::from_static(b"first")).await.unwrap());
        assert!(!store.put_small_if_absent("a/b", Bytes::from_static(b"second")).await.unwrap());
        assert_eq!(store.find_small("a/b", 10).await.unwrap().as_deref(), Some(&b"first"[..]));
        store.put_small("a/b", Bytes::from_static(b"third")).await.unwrap();
        store.put_small("a/a", Bytes::from_static(b"other")).await.unwrap();
        assert_eq!(store.find_small("a/b", 3).await.unwrap().as_deref(), Some(&b"thi"[..]));
        assert_eq!(store.list_small("a").await.unwrap(), ["a/a", "a/b"]);
        assert_eq!(store.list_small("nowhere").await.unwrap(), Vec::<String>::new());
    }

    #[tokio::test]
    async fn a_small_object_is_kept_once_or_replaced_as_asked() {
        keeps_small_objects(&BlobStore::in_memory()).await;
        let folder = tempfile::tempdir().unwrap();
        keeps_small_objects(&BlobStore::local(folder.path()).unwrap()).await;
    }
}
