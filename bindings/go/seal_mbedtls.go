// SPDX-License-Identifier: Apache-2.0

//go:build mbedtls

package c12

// With the tag mbedtls the package stands on libmbedcrypto; without it what needs cryptography says ErrUnsupported.

/*
#cgo CFLAGS: -DC12_HAVE_MBEDTLS
#cgo LDFLAGS: -lmbedcrypto
*/
import "C"
