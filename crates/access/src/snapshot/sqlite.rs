//! SQLite: the file as it is at one moment (`VACUUM INTO`), which lasts as long as a reading and holds up nobody.

use std::{
    io,
    path::{Path, PathBuf},
};

use sea_orm::{ConnectionTrait as _, DatabaseConnection};
use tokio::{
    fs,
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
};

use super::{
    Rows, SnapshotError, count,
    frames::{Frame, FrameReader, FrameWriter, Table},
};
use crate::{DatabaseTarget, connection::connect, kept_secrets::emptying};

const PIECE: usize = 256 * 1024;

/// A file beside the database, as well protected as the database, that is gone afterwards.
struct Beside(PathBuf);

impl Beside {
    fn new(database: &Path) -> io::Result<Self> {
        let name = database.file_name().ok_or(io::ErrorKind::InvalidInput)?;
        let file = database.with_file_name(format!(".{}.{}", name.to_string_lossy(), crypto::random_token()));
        Ok(Self(file))
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let mut file = self.0.clone().into_os_string();
            file.push(suffix);
            let _ = std::fs::remove_file(file);
        }
    }
}

pub(super) async fn write(
    connection: &DatabaseConnection,
    database: &Path,
    out: &mut (impl AsyncWrite + Unpin + Send),
) -> Result<Rows, SnapshotError> {
    let copy = Beside::new(database)?;
    // SQLite writes with the rights that a file has already, and into an empty one.
    make_private(&copy.0).await?;
    let into = copy.0.display().to_string().replace('\'', "''");
    connection.execute_unprepared(&format!("VACUUM INTO '{into}'")).await?;
    let counting = connect(&DatabaseTarget::Sqlite(copy.0.clone())).await?;
    counting.execute_unprepared(&emptying()).await?;
    let rows = count::count(&counting).await;
    counting.close().await?;
    let rows = rows?;
    let mut frames = FrameWriter::begin(out).await?;
    frames.table(&Table { name: String::new(), columns: Vec::new() }).await?;
    let mut file = fs::File::open(&copy.0).await?;
    let mut piece = vec![0; PIECE];
    loop {
        let length = file.read(&mut piece).await?;
        if length == 0 {
            break;
        }
        frames.data(&piece[..length]).await?;
    }
    frames.end().await?;
    Ok(rows)
}

pub(super) async fn expect_empty(database: &Path) -> Result<(), SnapshotError> {
    if fs::try_exists(database).await? { Err(SnapshotError::NotEmpty) } else { Ok(()) }
}

pub(super) async fn read(
    database: &Path,
    source: &mut (impl AsyncRead + Unpin + Send),
) -> Result<(), SnapshotError> {
    expect_empty(database).await?;
    let mut frames = FrameReader::begin(source).await?;
    match frames.next().await? {
        Some(Frame::Table(table)) if table.name.is_empty() => {}
        _ => return Err(SnapshotError::OtherDatabase),
    }
    let copy = Beside::new(database)?;
    make_private(&copy.0).await?;
    let mut file = fs::OpenOptions::new().write(true).open(&copy.0).await?;
    while let Some(frame) = frames.next().await? {
        let Frame::Data(bytes) = frame else { return Err(SnapshotError::OtherDatabase) };
        file.write_all(&bytes).await?;
    }
    file.sync_all().await?;
    drop(file);
    Ok(fs::rename(&copy.0, database).await?)
}

async fn make_private(file: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    options.open(file).await.map(drop)
}
