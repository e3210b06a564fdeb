import HTTPTransport

/// An error on its way to the caller as `application/problem+json` (RFC 9457).
struct Problem: Error, Sendable {
    /// A value that is not right, by name.
    struct Field: Sendable, Hashable {
        let name: String
        let message: String
    }

    /// A member beyond those of RFC 9457.
    enum Extra: Sendable, Hashable {
        case number(UInt64)
        case text(String)
    }

    let kind: ProblemKind
    /// One or two sentences on this occurrence: what is wrong and what to do.
    var detail: String
    /// What is wrong with which field, parameter or header.
    var fields: [Field] = []
    /// Further members in the order they are written.
    var extras: [(name: String, value: Extra)] = []
    /// Header fields that belong to the response, for example `Retry-After`.
    var headers: [HeaderField] = []
    /// What the log shall know beyond the answer.
    var cause: String?

    init(_ kind: ProblemKind, _ detail: String) {
        self.kind = kind
        self.detail = detail
    }

    init(_ kind: ProblemKind, _ detail: String, retryAfter seconds: Int) {
        self.init(kind, detail)
        headers = [HeaderField("Retry-After", String(seconds))]
    }

    /// How many fields an answer names at most: a request must not be answered by one many times its size.
    static let maximumFields = 100

    /// 422 with everything that is wrong at once, or the first of it.
    static func invalid(_ fields: [Field]) -> Problem {
        let one = fields.count == 1 ? fields.first : nil
        let place = fields.count > maximumFields ? "errors names the first \(maximumFields)" : "see errors"
        var problem = Problem(
            .invalid,
            one.map { "\($0.name): \($0.message)" } ?? "\(fields.count) values are not valid; \(place)."
        )
        problem.fields = Array(fields.prefix(maximumFields))
        return problem
    }
}
