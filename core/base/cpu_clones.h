// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

/// Before a plain function whose loops matter: it is compiled for three instruction sets, and the program takes the best the CPU has. Clang and
/// sanitizers take the plain one.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define INTERSECT_FOR_EVERY_CPU __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define INTERSECT_FOR_EVERY_CPU
#endif
