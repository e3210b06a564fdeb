import LogStorage

/// Where the users of a log stand in a table that has room only for those of whom a record was seen.
///
/// Where records are lost, so are the users that they created: a gap says how many there may be, and no more.
struct UserPlaces {
    /// Ids that follow each other in places that follow each other.
    private struct Stretch {
        let firstID: UInt64
        let firstPlace: Int
        var count: Int
    }

    /// The highest id of a user who is known to exist.
    private(set) var highestID: UInt64 = 0
    private var count = 0
    /// In the order of ids and of places.
    private var stretches: [Stretch] = []
    /// Users who were seen after those with higher ids.
    private var late: [UInt64: Int] = [:]
    private var lateIDs: [Int: UInt64] = [:]

    /// The place of the user `id`; `nil` if none of the user's records was seen.
    func place(of id: UInt64) -> Int? {
        if let place = late[id] { return place }
        let next = stretches.partitionIndex { $0.firstID > id }
        guard next > 0 else { return nil }
        let stretch = stretches[next - 1]
        let offset = id - stretch.firstID
        return offset < UInt64(stretch.count) ? stretch.firstPlace + Int(offset) : nil
    }

    /// The user at `place`, which was given out.
    func id(at place: Int) -> UInt64 {
        if let id = lateIDs[place] { return id }
        let stretch = stretches[stretches.partitionIndex { $0.firstPlace > place } - 1]
        return stretch.firstID + UInt64(place - stretch.firstPlace)
    }

    /// Gives the user `id`, who has none, the next place.
    mutating func append(_ id: UInt64) {
        if id <= highestID {
            late[id] = count
            lateIDs[count] = id
        } else if let last = stretches.last, last.firstID + UInt64(last.count) == id,
            last.firstPlace + last.count == count
        {
            stretches[stretches.count - 1].count += 1
        } else {
            stretches.append(Stretch(firstID: id, firstPlace: count, count: 1))
        }
        highestID = max(highestID, id)
        count += 1
    }

    /// Notes that all users up to `id` exist.
    mutating func extend(through id: UInt64) {
        highestID = max(highestID, id)
    }
}
