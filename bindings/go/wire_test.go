// SPDX-License-Identifier: Apache-2.0

package c12

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
)

func robotLines(n int) [][]byte {
	lines := make([][]byte, n)
	for k := range lines {
		ms, joints := 842+100*k, ""
		for i, name := range []string{"hip_left", "hip_right", "knee_left", "knee_right", "shoulder_left", "shoulder_right"} {
			if i > 0 {
				joints += ","
			}
			joints += fmt.Sprintf(`"%s":{"temp":%d.%d,"torque":%d.%d,"status":"OK"}`, name, 40+i, k%3, 18, k*7%10)
		}
		lines[k] = []byte(fmt.Sprintf(`{"robot_id":"G1-037","timestamp":"2025-10-24T14:32:%02d.%03dZ","position":{"x":%d.%d,"y":45.6,"z":0.2},"velocity":{"vx":0.8,"vy":0.0,"vz":0.0},`+
			`"battery_level":67.2,"current_task":{"task_id":"WO-5482-ST2","station":"Station_2_Actuator_Install","unit_id":"HUM-2025-001847","progress":42.0,`+
			`"estimated_completion":"2025-10-24T15:14:00Z"},"actuator_status":{%s},"diagnostics":{"cpu_usage":47.2,"memory_usage":62.8,"network_latency":12,`+
			`"camera_status":["OK","OK","OK","OK"],"error_log":[]}}`+"\n", ms/1000, ms%1000, 9+k*8/100, k*8/10%10, joints))
	}
	return lines
}

func TestLink(t *testing.T) {
	link := Radio{KeyMS: 2000}
	sender, err := NewSender(link)
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	receiver, err := NewReceiver(link)
	if err != nil {
		t.Fatal(err)
	}
	defer receiver.Close()
	if sender.Size() > 1024 {
		t.Fatal(sender.Size())
	}
	lines := robotLines(100)
	for k, line := range lines {
		frame, err := sender.Push(line)
		if err != nil {
			t.Fatal(err)
		}
		if k == 0 || k%3 == 2 { // the first KEY and every third frame are lost
			continue
		}
		got, err := receiver.Pull(frame)
		if err != nil {
			t.Fatal(k, err)
		}
		if len(got) > 0 && !bytes.Equal(got, line) {
			t.Fatalf("%s is not %s", got, line)
		}
		if k == 1 {
			nack, err := receiver.Nack()
			if err != nil || len(got) != 0 || len(nack) == 0 {
				t.Fatal(got, nack, err)
			}
			if err = sender.Answer(nack); err != nil {
				t.Fatal(err)
			}
		}
	}
	if r := receiver.Report(); r.Keys == 0 || r.Deltas == 0 || r.Records != r.Keys+r.Deltas || r.Keyless == 0 {
		t.Fatal(r)
	}
}

func TestOrderedLink(t *testing.T) {
	link := Radio{Ordered: true, Batch: 10}
	sender, err := NewSender(link)
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	receiver, err := NewReceiver(link)
	if err != nil {
		t.Fatal(err)
	}
	defer receiver.Close()
	all := bytes.Join(robotLines(200), nil)
	frames, err := sender.Push(all)
	if err != nil || len(frames) > 200*25 {
		t.Fatal(len(frames), err)
	}
	if got, err := receiver.Pull(frames); err != nil || !bytes.Equal(got, all) {
		t.Fatal(len(got), err)
	}
	frames[1] ^= 1
	if _, err = receiver.Pull(frames[:60]); !errors.Is(err, ErrFormat) {
		t.Fatal(err)
	}
	if _, err = NewSender(Radio{MTU: -1}); !errors.Is(err, ErrArg) {
		t.Fatal(err)
	}
}

func TestSealedLink(t *testing.T) {
	if SealLibrary() == "" {
		t.Skip("built without mbedTLS")
	}
	seal := RadioSeal{Key: bytes.Repeat([]byte{7}, 32), Name: "G1-037"}
	sender, err := NewSender(Radio{KeyMS: 1000, Seal: &seal})
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	receiver, err := NewReceiver(Radio{KeyMS: 1000, Seal: &seal})
	if err != nil {
		t.Fatal(err)
	}
	defer receiver.Close()
	bare, err := NewSender(Radio{KeyMS: 1000})
	if err != nil {
		t.Fatal(err)
	}
	defer bare.Close()
	for k, line := range robotLines(60) {
		frame, err := sender.Push(line)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := bare.Push(line)
		if err != nil {
			t.Fatal(err)
		}
		if k > 0 && k < 25 { // KEYs are lost with them
			continue
		}
		got, err := receiver.Pull(frame)
		if err != nil || (len(got) > 0 && !bytes.Equal(got, line)) {
			t.Fatal(k, string(got), err)
		}
		if _, err = receiver.Pull(frame); !errors.Is(err, ErrRefused) {
			t.Fatal("taken twice", k, err)
		}
		if _, err = receiver.Pull(plain); !errors.Is(err, ErrFormat) && !errors.Is(err, ErrRefused) {
			t.Fatal("taken in the plain", k, err)
		}
		nack, err := receiver.Nack()
		if err != nil || (len(nack) > 0) != (len(got) == 0) {
			t.Fatal(k, nack, err)
		}
		if len(nack) == 0 {
			continue
		}
		if err = bare.Answer(nack); err == nil {
			t.Fatal("a sealed NACK was read")
		}
		if err = sender.Answer(nack); err != nil {
			t.Fatal(err)
		}
	}
	if r := receiver.Report(); r.Keyless == 0 || r.Records < 30 || receiver.Epoch() == 0 {
		t.Fatal(r)
	}
	seal.Tag = 13
	if _, err = NewSender(Radio{Seal: &seal}); !errors.Is(err, ErrArg) {
		t.Fatal(err)
	}
}
