/// Keeps the first few of many elements in an order, with the last of them at hand.
struct BoundedHeap<Element> {
    private let capacity: Int
    private let precedes: (Element, Element) -> Bool
    private var elements: [Element] = []

    /// - Parameters:
    ///   - capacity: how many to keep, at least 1.
    ///   - precedes: the order, strict.
    init(capacity: Int, precedes: @escaping (Element, Element) -> Bool) {
        self.capacity = max(1, capacity)
        self.precedes = precedes
    }

    /// The element that the next better one will push out; `nil` while there is room.
    var last: Element? { elements.count < capacity ? nil : elements.first }

    mutating func insert(_ element: Element) {
        guard elements.count == capacity else {
            elements.append(element)
            siftUp(elements.count - 1)
            return
        }
        guard precedes(element, elements[0]) else { return }
        elements[0] = element
        siftDown(0)
    }

    /// What was kept, in order.
    func sorted() -> [Element] {
        elements.sorted(by: precedes)
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard precedes(elements[parent], elements[child]) else { return }
            elements.swapAt(parent, child)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var largest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < elements.count {
                if precedes(elements[largest], elements[child]) { largest = child }
            }
            guard largest != parent else { return }
            elements.swapAt(parent, largest)
            parent = largest
        }
    }
}
