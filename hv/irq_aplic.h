/* SPDX-License-Identifier: Apache-2.0 */
/* Registers of an APLIC interrupt domain (AIA 1.0, 4.5 and 4.8), as offsets from its base. */
#ifndef HV_IRQ_APLIC_H
#define HV_IRQ_APLIC_H

#include "hv/bits.h"

#define APLIC_DOMAINCFG         0x0000
#define APLIC_DOMAINCFG_IE      (UINT32_C(1) << 8)
#define APLIC_DOMAINCFG_DM      (UINT32_C(1) << 2)
#define APLIC_SOURCECFG(source) (0x0000 + 4 * (size_t)(source))
#define APLIC_SM_INACTIVE       0
#define APLIC_SM_DETACHED       1
#define APLIC_SM_EDGE1          4
#define APLIC_SM_EDGE0          5
#define APLIC_SM_LEVEL1         6
#define APLIC_SM_LEVEL0         7
#define APLIC_SETIP(word)       (0x1c00 + 4 * (size_t)(word))
#define APLIC_IN_CLRIP(word)    (0x1d00 + 4 * (size_t)(word))
#define APLIC_CLRIPNUM          0x1ddc
#define APLIC_SETIENUM          0x1edc
#define APLIC_CLRIENUM          0x1fdc
#define APLIC_SETIPNUM_LE       0x2000
#define APLIC_TARGET(source)    (0x3000 + 4 * (size_t)(source))
#define APLIC_TARGET_HART       GENMASK(31, 18)
#define APLIC_TARGET_GUEST      GENMASK(17, 12) /* MSI mode */
#define APLIC_TARGET_EIID       GENMASK(10, 0)  /* MSI mode */
#define APLIC_TARGET_IPRIO      GENMASK(7, 0)   /* direct mode */

/* Of the interrupt delivery control of each hart, direct mode. */
#define APLIC_IDC(idc)            (0x4000 + 32 * (size_t)(idc))
#define APLIC_IDC_IDELIVERY(idc)  (APLIC_IDC(idc) + 0x00)
#define APLIC_IDC_IFORCE(idc)     (APLIC_IDC(idc) + 0x04)
#define APLIC_IDC_ITHRESHOLD(idc) (APLIC_IDC(idc) + 0x08)
#define APLIC_IDC_CLAIMI(idc)     (APLIC_IDC(idc) + 0x1c)
#define APLIC_CLAIMI_ID           GENMASK(25, 16)

#endif
