/// Who does the work that goes on beside the callers' own.
package enum BackgroundWork: Sendable {
    /// Threads made for it.
    case threads
    /// Nobody until it is asked for, and then whoever asks: no thread is started, so that one seed always gives one run.
    /// For simulations.
    case caller
}
