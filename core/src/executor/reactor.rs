//! What the operating system tells of descriptors: the registration table.
