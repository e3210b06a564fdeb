import HTTPTypes
import UserProfiles

extension Call {
    /// The body of an endpoint that needs one; the responder has made sure that it is there.
    func requiredBody() throws(Problem) -> JSONValue {
        guard let body else { throw Problem(.invalidJSON, "This request needs a JSON body.") }
        return body
    }
}

extension User {
    /// The user's version as a strong entity tag.
    var entityTag: String { "\"\(version)\"" }
}

extension JSONWriter {
    /// Writes the member that links to the next page.
    mutating func next(_ cursor: String?) {
        key("next")
        if let cursor { string(cursor) } else { null() }
    }
}

extension Answer {
    /// The answer with a `Link` to the next page, if there is one.
    func linked(to cursor: String?, _ call: Call) -> Answer {
        guard let cursor else { return self }
        var answer = self
        answer.headers[.link] = call.nextLink(cursor)
        return answer
    }
}
