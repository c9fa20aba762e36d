//! Logs, metrics and what the operating system says about this process. Nothing about a person gets
//! into any of them: statements of databases are never logged, of a span's fields only named ids
//! are, a panic is logged without its message, and labels of metrics come from the code.

mod capture;
mod filter;
mod format;
mod hidden;
mod logs;
mod metric;
pub mod process;

pub use capture::LogCapture;
pub use logs::{LogError, LogFormat, LogGuard, LogSettings, init};
pub use metric::{
    Metrics, MetricsError, MetricsHandle, UNMATCHED_ROUTE, ai_call, audit_breaks, audit_linked,
    authorization, declare_routes, http_request, jobs_depth, pipeline_stage,
};
