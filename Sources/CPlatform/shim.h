// What Swift has no name for: a system call that the toolchain's own module of the C library does not show, and a
// processor's instruction.
#ifndef PROFILE_CPLATFORM_SHIM_H
#define PROFILE_CPLATFORM_SHIM_H

#include <errno.h>
#include <stddef.h>
#include <sys/types.h>

#ifdef __linux__
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

// Reads what can be had without waiting for a disk (preadv2(2), RWF_NOWAIT = 8 in linux/fs.h); otherwise -1 and EAGAIN.
static inline ssize_t CPlatform_readCached(int descriptor, void *buffer, size_t count, unsigned long long offset) {
#ifdef SYS_preadv2
    struct iovec part = {.iov_base = buffer, .iov_len = count};
    // The kernel takes the offset in two halves, of which a 64-bit one uses only the low one.
    return syscall(SYS_preadv2, descriptor, &part, 1UL, (unsigned long)offset, (unsigned long)(offset >> 32 >> 32), 8);
#else
    errno = EOPNOTSUPP;
    return -1;
#endif
}
#endif

// Asks the processor to bring the cache lines of `start` and `last` in, without waiting for them.
static inline void CPlatform_prefetch(const void *start, const void *last) {
    __builtin_prefetch(start);
    __builtin_prefetch(last);
}

#endif
