/* SPDX-License-Identifier: Apache-2.0 */
/* How near two names are: for "did you mean". Pure. */
#ifndef HV_EDIT_DISTANCE_H
#define HV_EDIT_DISTANCE_H

#define EDIT_DISTANCE_FAR 255u

/*
 * How many letters must be inserted, deleted, changed or swapped with the next one to make b of
 * a; EDIT_DISTANCE_FAR when either is longer than 63 letters.
 */
unsigned edit_distance(const char *a, const char *b);

/* The greatest distance at which another name is worth suggesting for this one. */
unsigned edit_distance_limit(const char *name);

#endif
