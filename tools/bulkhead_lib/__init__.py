# SPDX-License-Identifier: Apache-2.0
"""What tools/bulkhead is made of: one module a subject."""
