// SPDX-License-Identifier: Apache-2.0

package c12

import (
	"errors"
	"math"
	"slices"
	"testing"
)

func TestTelemetryComesBackAtEveryLevel(t *testing.T) {
	in := &Telemetry{Names: []string{"x", "torque", "far"}, Columns: make([][]int64, 3)}
	for i := int64(0); i < 500; i++ {
		in.Time = append(in.Time, 1761316337842+100*i+i*i%3)
		in.Columns[0] = append(in.Columns[0], i/7+i*i%11%2)
		in.Columns[1] = append(in.Columns[1], int64(90*math.Sin(float64(i)))+i*i%13)
		in.Columns[2] = append(in.Columns[2], math.MinInt64+i*i*i)
	}
	sizes := map[int32]int{}
	for _, level := range []int32{TelemetryFast, TelemetryDefault, TelemetryMax} {
		block, err := in.Encode(level)
		if err != nil {
			t.Fatal(err)
		}
		sizes[level] = len(block)
		out, err := DecodeTelemetry(in.Names, block)
		if err != nil || !slices.Equal(out.Time, in.Time) {
			t.Fatal(err, "times differ")
		}
		for i, c := range in.Columns {
			if !slices.Equal(out.Columns[i], c) {
				t.Fatalf("level %d: column %s differs", level, in.Names[i])
			}
		}
		block[150] ^= 4
		if _, err := DecodeTelemetry(in.Names, block); !errors.Is(err, ErrFormat) {
			t.Fatal("a flipped bit was not seen:", err)
		}
	}
	if sizes[TelemetryMax] > sizes[TelemetryDefault] {
		t.Fatal(sizes)
	}
	if _, err := (&Telemetry{Names: []string{"x"}, Time: []int64{1}, Columns: [][]int64{{}}}).Encode(0); !errors.Is(err, ErrColumns) {
		t.Fatal(err)
	}
}
