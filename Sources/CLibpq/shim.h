// libpq's header, which pkg-config finds.
#ifndef PROFILE_CLIBPQ_SHIM_H
#define PROFILE_CLIBPQ_SHIM_H

#include <libpq-fe.h>

#endif
