/// An error of a source that knows whether the same can go well later.
package protocol RetryableError: Error {
    var mayPass: Bool { get }
}
