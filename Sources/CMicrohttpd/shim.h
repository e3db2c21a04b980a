// GNU libmicrohttpd, as Quipu uses it.
#ifndef QUIPU_CMICROHTTPD_SHIM_H
#define QUIPU_CMICROHTTPD_SHIM_H

#include <microhttpd.h>

#endif
