// zlib's header, plus functions for what zlib only offers as macros (Swift imports no macros with arguments).
#ifndef PROFILE_CZLIB_SHIM_H
#define PROFILE_CZLIB_SHIM_H

#include <zlib.h>

static inline int CZlib_deflateInit2(
    z_streamp stream, int level, int method, int windowBits, int memLevel, int strategy
) {
    return deflateInit2(stream, level, method, windowBits, memLevel, strategy);
}

static inline int CZlib_inflateInit2(z_streamp stream, int windowBits) {
    return inflateInit2(stream, windowBits);
}

#endif
