module github.com/c12-robotics/libc12/bindings/go

go 1.21
