//! The values of tus headers that hold more than a number. Nothing here knows of a server, so that the fuzz
//! targets read this very file.

use crypto::decode_base64;

/// `Upload-Metadata`: pairs of a name and a value in base64, with commas between them.
pub fn find_metadata(header: &str, wanted: &str) -> Option<String> {
    header.split(',').find_map(|pair| {
        let (name, value) = pair.trim().split_once(' ')?;
        let bytes = (name == wanted).then(|| decode_base64(value.trim()))??;
        String::from_utf8(bytes).ok()
    })
}

/// `Upload-Checksum`: the name of an algorithm, and a sum in base64.
pub fn checksum(header: &str) -> Option<(&str, Vec<u8>)> {
    let (algorithm, sum) = header.split_once(' ')?;
    Some((algorithm, decode_base64(sum.trim())?))
}
