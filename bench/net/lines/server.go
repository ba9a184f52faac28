// The receiver of lines in Go, on one thread. Argument: UNIT.
package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"runtime"
	"strconv"
)

func main() {
	runtime.GOMAXPROCS(1)
	unit, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	for {
		connection, err := listener.Accept()
		if err != nil {
			panic(err)
		}
		go count(connection, unit)
	}
}

func count(connection net.Conn, unit int) {
	defer connection.Close()
	scanner := bufio.NewScanner(connection)
	scanner.Buffer(make([]byte, 64*1024), 64*1024)
	for lines := 1; scanner.Scan(); lines++ {
		if lines%unit == 0 {
			connection.Write([]byte("."))
		}
	}
}
