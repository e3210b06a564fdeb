import CLibpq

/// A list of options as libpq gives it; the list must outlive this.
struct ConnectionOptions {
    private let first: UnsafeMutablePointer<PQconninfoOption>?

    init(_ first: UnsafeMutablePointer<PQconninfoOption>?) {
        self.first = first
    }

    /// The value of an option; `nil` when it has none.
    func value(_ keyword: String) -> String? {
        all.first { $0.keyword == keyword }?.value
    }

    /// The values that libpq marks as not to be shown.
    var secrets: [String] {
        all.filter { $0.isSecret }.compactMap(\.value).filter { !$0.isEmpty }
    }

    private var all: [(keyword: String, value: String?, isSecret: Bool)] {
        guard var option = first else { return [] }
        var all: [(keyword: String, value: String?, isSecret: Bool)] = []
        while let keyword = option.pointee.keyword {
            let value = option.pointee.val.map { String(cString: $0) }
            let isSecret = option.pointee.dispchar.map { $0.pointee == CChar(UInt8(ascii: "*")) } ?? false
            all.append((String(cString: keyword), value, isSecret))
            option += 1
        }
        return all
    }
}
