// Expat, as Quipu uses it: elements and their text, one after the other.
#ifndef QUIPU_CEXPAT_SHIM_H
#define QUIPU_CEXPAT_SHIM_H

#include <expat.h>

#endif
