// libzstd, as Quipu uses it: whole frames in memory, with their checksum.
#ifndef QUIPU_CZSTD_SHIM_H
#define QUIPU_CZSTD_SHIM_H

#include <zstd.h>

#endif
