// SPDX-License-Identifier: Apache-2.0

package c12

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const telemetryOdd = `{"odd":1,"robot_id":"r1","timestamp":"1970-01-01T00:00:30.000Z"}`

// telemetryDay writes n records of two robots and one that is kept as its line.
func telemetryDay(t *testing.T, n int) (lines, path string) {
	t.Helper()
	dir := t.TempDir()
	lines, path = filepath.Join(dir, "in.jsonl"), filepath.Join(dir, "a.c12t")
	var text strings.Builder
	for i := 0; i < n; i++ {
		text.WriteString(telemetryLine(i%2, 100*i, float64(i%50)/10) + "\n")
	}
	text.WriteString(telemetryOdd + "\n")
	if err := os.WriteFile(lines, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := PackTelemetry(lines, path); err != nil || got != int64(n+1) {
		t.Fatal(got, err)
	}
	return lines, path
}

func TestTelemetryRowsAreHandedOver(t *testing.T) {
	_, path := telemetryDay(t, 1200)
	f, err := OpenTelemetry(path)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.Rows(TelemetryChoice{Fields: []string{"timestamp", "robot_id", "position.x", "diagnostics.network_latency"}, From: 10000, To: 50000, BatchRows: 1})
	if err != nil {
		t.Fatal(err)
	}
	f.Close() // the walk goes on
	defer rows.Close()
	seen, nulls, batches := map[int64]bool{}, 0, 0
	for ; rows.Next(); batches++ {
		time, x, ms := rows.Times(0), rows.Floats(2), rows.Integers(3)
		code, name := rows.Texts(1)
		for i := 0; i < rows.Len(); i++ {
			if rows.Null(2, i) {
				nulls++
				if time[i] != 30000 || rows.Null(0, i) || name[code[i]] != "r1" || !rows.Null(3, i) {
					t.Fatal(time[i])
				}
				continue
			}
			k := time[i] / 100
			if seen[k] || x[i] != float64(k%50)/10 || ms[i] != 12 || name[code[i]] != fmt.Sprintf("r%d", k%2) {
				t.Fatal(k, x[i], ms[i], name[code[i]])
			}
			seen[k] = true
		}
	}
	if rows.Err() != nil || len(seen) != 400 || nulls != 1 || batches < 2 {
		t.Fatal(rows.Err(), len(seen), nulls, batches)
	}
	if rows.Next() {
		t.Fatal("rows after the end")
	}
}

func TestTelemetryColumnsAreChecked(t *testing.T) {
	_, path := telemetryDay(t, 100)
	f, err := OpenTelemetry(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Rows(TelemetryChoice{Fields: []string{"x"}}); !errors.Is(err, ErrField) {
		t.Fatal(err)
	}
	if _, err := f.Rows(TelemetryChoice{Fields: []string{"timestamp", "timestamp"}}); !errors.Is(err, ErrArg) {
		t.Fatal(err)
	}
	if _, err := f.Arrow(TelemetryChoice{}, ArrowTypes{Decimals: 7}); !errors.Is(err, ErrArg) {
		t.Fatal(err)
	}
	all, err := f.Rows(TelemetryChoice{Robots: []string{"r0", "nobody"}, ByTime: true})
	if err != nil || !all.Next() || all.Len() != 50 || len(all.Fields) != 37 {
		t.Fatal(err)
	}
	all.Close()
	all.Close()
	s, err := f.Arrow(TelemetryChoice{}, ArrowTypes{Raw: true, Decimals: ArrowDecimal, Texts: ArrowUTF8})
	if err != nil || s.Pointer() == nil {
		t.Fatal(err)
	}
	s.Close() // nobody took it
	s.Close()
	defer func() {
		if recover() == nil {
			t.Fatal("a text column is no float column")
		}
	}()
	rows, err := f.Rows(TelemetryChoice{Fields: []string{"robot_id"}})
	if err != nil || !rows.Next() {
		t.Fatal(err)
	}
	defer rows.Close()
	rows.Floats(0)
}

func TestTelemetryDamageEndsTheWalk(t *testing.T) {
	_, path := telemetryDay(t, 100)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	b[24+int(b[16])+int(b[17])<<8+90] ^= 1
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := OpenTelemetry(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.Rows(TelemetryChoice{})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
	}
	if rows.Err() == nil || !strings.Contains(rows.Err().Error(), "CRC") {
		t.Fatal(rows.Err())
	}
	saved, err := SalvageTelemetry(path, path+"-good")
	if err != nil || saved.Gaps != 1 || saved.RecordsLost == 0 || saved.Records+saved.RecordsLost != 101 || saved.HeadLost {
		t.Fatal(saved, err)
	}
}

func TestTelemetryFilesAreCaredFor(t *testing.T) {
	lines, path := telemetryDay(t, 1200)
	if n, err := AppendTelemetry(lines, path); err != nil || n != 1201 {
		t.Fatal(n, err)
	}
	if err := RecoverTelemetry(path); err != nil {
		t.Fatal(err)
	}
	if err := CompactTelemetry(path, path, TelemetryFast); err != nil {
		t.Fatal(err)
	}
	kept, old, err := RetainTelemetry(path, path+"-new", path+"-old", 1<<40)
	if err != nil || kept != 0 || old != 2402 {
		t.Fatal(kept, old, err)
	}
	if kept, old, err = RetainTelemetry(path, path+"-new", "", 0); err != nil || kept != 2402 || old != 0 {
		t.Fatal(kept, old, err)
	}
	f, err := OpenTelemetry(path + "-old")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	last, err := f.Latest()
	if err != nil || len(last) != 2 || string(last[0]) != telemetryLine(0, 119800, 4.8) || string(last[1]) != telemetryLine(1, 119900, 4.9) {
		t.Fatalf("%s %v", last, err)
	}
	for _, method := range []int32{LargestTriangles, LeastAndLargest, Means} {
		time, value, scale, err := f.Downsample(TelemetryQuestion{Fields: []string{"position.x"}, Robot: "r1", To: 60000}, method, 40)
		if err != nil || len(time) != 40 || len(value) != 40 || scale != 1 {
			t.Fatal(len(time), scale, err)
		}
		for i, v := range value {
			if v < 1 || v > 49 || time[i] >= 60000 || (i > 0 && time[i] < time[i-1]) {
				t.Fatal(method, time[i], v)
			}
		}
	}
	if _, _, _, err := f.Downsample(TelemetryQuestion{Fields: []string{"position.x"}, Robot: "r1"}, LargestTriangles, 2); !errors.Is(err, ErrArg) {
		t.Fatal(err)
	}
}
