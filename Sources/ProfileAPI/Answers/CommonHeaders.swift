import HTTPTypes

/// The headers that every answer has unless it brings its own; made once, since every answer needs them.
struct CommonHeaders: Sendable {
    /// A year: how long a browser that once got an answer over TLS speaks nothing else with this host (RFC 6797).
    private static let transportSeconds = 365 * 86_400

    let fields: HTTPFields

    /// - Parameter isSecure: whether the answers go over TLS.
    init(isSecure: Bool) {
        var fields: HTTPFields = [
            .xContentTypeOptions: "nosniff",
            .referrerPolicy: "no-referrer",
            .frameOptions: "DENY",
            .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
            .cacheControl: "no-store",
        ]
        if isSecure { fields[.strictTransportSecurity] = "max-age=\(Self.transportSeconds)" }
        self.fields = fields
    }

    static let plain = CommonHeaders(isSecure: false)
    static let secure = CommonHeaders(isSecure: true)

    /// These and an answer's own, which go before.
    func merging(_ own: HTTPFields) -> HTTPFields {
        var merged = fields
        merged.reserveCapacity(fields.count + own.count + 4)
        for field in own {
            if let index = fields.firstIndex(where: { $0.name == field.name }) {
                merged[index] = field
            } else {
                merged.append(field)
            }
        }
        return merged
    }
}
