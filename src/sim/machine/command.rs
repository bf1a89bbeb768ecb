//! The docker command of the machine: this program's own client, as a program of the kernel.

use crate::sim::kernel::Kernel;
use crate::wire::Dialer;

/// Makes `docker` known.
pub(super) fn install(_kernel: &Kernel, _dialer: &Dialer) {}
