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

func telemetryLine(robot, ms int, x float64) string {
	joint := []string{}
	for _, name := range []string{"hip_left", "hip_right", "knee_left", "knee_right", "shoulder_left", "shoulder_right"} {
		joint = append(joint, fmt.Sprintf(`"%s":{"temp":42.1,"torque":%.1f,"status":"OK"}`, name, x))
	}
	return fmt.Sprintf(`{"robot_id":"r%d","timestamp":"1970-01-01T00:%02d:%02d.%03dZ","position":{"x":%.1f,"y":5.0,"z":0.2},"velocity":{"vx":0.8,"vy":0.0,"vz":0.0},`+
		`"battery_level":67.2,"current_task":{"task_id":"W","station":"S","unit_id":"U","progress":42.0,"estimated_completion":"2025-10-24T15:14:00Z"},`+
		`"actuator_status":{%s},"diagnostics":{"cpu_usage":47.2,"memory_usage":62.8,"network_latency":12,"camera_status":["OK"],"error_log":[]}}`,
		robot, ms/60000, ms/1000%60, ms%1000, x, strings.Join(joint, ","))
}

func TestTelemetryFileAnswers(t *testing.T) {
	lines, path := filepath.Join(t.TempDir(), "in.jsonl"), filepath.Join(t.TempDir(), "a.c12t")
	var text strings.Builder
	for i := 0; i < 1200; i++ {
		text.WriteString(telemetryLine(i%2, 100*i, float64(i%50)/10) + "\n")
	}
	if err := os.WriteFile(lines, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	if n, err := PackTelemetry(lines, path); err != nil || n != 1200 {
		t.Fatal(n, err)
	}
	if _, err := PackTelemetryWith(lines, path+"x", PackOptions{Level: LevelFast, KeepOrder: true, Precision: "position.x=2.5"}); err != nil {
		t.Fatal(err)
	}
	if _, err := PackTelemetryWith(lines, path+"y", PackOptions{Precision: "nobody=1"}); err == nil {
		t.Fatal("a precision of no field")
	}
	f, err := OpenTelemetry(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := f.Verify(); err != nil {
		t.Fatal(err)
	}
	got, err := f.Query(TelemetryQuestion{Fields: []string{"position.x"}, Bucket: 20000, From: 10000, To: 110000})
	if err != nil || len(got.Start) != 12 || len(f.Robots) != 2 || got.Scale[0] != 1 {
		t.Fatal(got, err)
	}
	for g := range got.Start {
		var n, sum int64
		for i := int64(0); i < 1200; i++ {
			if fmt.Sprintf("r%d", i%2) == f.Robots[got.Robot[g]] && 100*i/20000*20000 == got.Start[g] && 100*i >= 10000 && 100*i < 110000 {
				n, sum = n+1, sum+i%50
			}
		}
		if got.Count[g] != n || got.Mean[0][g] != float64(sum)/float64(n) {
			t.Fatal(g, got.Count[g], n, got.Mean[0][g])
		}
	}
	if all, err := f.Query(TelemetryQuestion{Fields: []string{"position.x"}, Bucket: 100, Robot: "r1"}); err != nil || len(all.Start) != 600 {
		t.Fatal(err)
	}
	if _, err := f.Query(TelemetryQuestion{Fields: []string{"x"}}); !errors.Is(err, ErrField) {
		t.Fatal(err)
	}
	if _, err := OpenTelemetry(lines); !errors.Is(err, ErrFormat) {
		t.Fatal(err)
	}
}
