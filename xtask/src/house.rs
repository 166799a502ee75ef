// SPDX-License-Identifier: MIT OR Apache-2.0
//! The repository as the tasks see it: where it is, what Cargo says of it, what git keeps in it.

use std::cell::OnceCell;
use std::path::{Path, PathBuf};

use cargo_metadata::{Metadata, MetadataCommand, Package};

use crate::program::Program;
use crate::trouble::{Doing as _, Trouble};

/// The repository.
pub(crate) struct House {
    root: PathBuf,
    metadata: OnceCell<Metadata>,
}

impl House {
    /// Finds the repository this task was built from.
    pub(crate) fn find() -> Result<Self, Trouble> {
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR")
            .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        let root = manifest
            .parent()
            .ok_or_else(|| Trouble::new("the folder of xtask has no parent"))?
            .to_path_buf();
        Ok(Self { root, metadata: OnceCell::new() })
    }

    /// The folder of the repository.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path inside the repository.
    pub(crate) fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// The folder Cargo builds in.
    pub(crate) fn target(&self) -> Result<PathBuf, Trouble> {
        Ok(self.metadata()?.target_directory.clone().into_std_path_buf())
    }

    /// What Cargo says about every package, for all platforms and features.
    pub(crate) fn metadata(&self) -> Result<&Metadata, Trouble> {
        if self.metadata.get().is_none() {
            let read = MetadataCommand::new()
                .manifest_path(self.path("Cargo.toml"))
                .exec()
                .doing("asking `cargo metadata`")?;
            // Nobody else can have set it: the cell is not shared.
            let _ = self.metadata.set(read);
        }
        self.metadata.get().ok_or_else(|| Trouble::new("`cargo metadata` said nothing"))
    }

    /// Our own packages.
    pub(crate) fn members(&self) -> Result<Vec<&Package>, Trouble> {
        Ok(self.metadata()?.workspace_packages())
    }

    /// The folder of one of our packages, relative to the repository, with `/` between parts.
    pub(crate) fn room(&self, package: &Package) -> String {
        let manifest = package.manifest_path.as_std_path();
        let folder = manifest.parent().unwrap_or(manifest);
        folder.strip_prefix(&self.root).unwrap_or(folder).to_string_lossy().replace('\\', "/")
    }

    /// The version everything here carries.
    pub(crate) fn version(&self) -> Result<String, Trouble> {
        self.members()?
            .first()
            .map(|package| package.version.to_string())
            .ok_or_else(|| Trouble::new("the workspace has no members"))
    }

    /// The files git knows or would add, whose names end with `ending`, relative to the root.
    pub(crate) fn files(&self, ending: &str) -> Result<Vec<String>, Trouble> {
        let listed = Program::new("git")
            .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
            .within(&self.root)
            .read()?;
        let mut files: Vec<String> = listed
            .split('\0')
            .filter(|name| name.ends_with(ending) && self.path(name).is_file())
            .map(str::to_owned)
            .collect();
        files.sort_unstable();
        files.dedup();
        Ok(files)
    }

    /// The text of a file of the repository.
    pub(crate) fn read(&self, relative: &str) -> Result<String, Trouble> {
        std::fs::read_to_string(self.path(relative)).doing(format!("reading {relative}"))
    }
}
