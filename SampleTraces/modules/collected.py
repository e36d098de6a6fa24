def leb(n):
    o=b''
    while True:
        b=n&0x7f; n>>=7
        if n: o+=bytes([b|0x80])
        else: return o+bytes([b])
def sleb(n):
    o=b''
    while True:
        b=n&0x7f; n>>=7
        if (n==0 and not b&0x40) or (n==-1 and b&0x40): return o+bytes([b])
        o+=bytes([b|0x80])
def vec(xs): return leb(len(xs))+b''.join(xs)
def sec(i,b): return bytes([i])+leb(len(b))+b
i32,i64,f64,i8,i16=b'\x7f',b'\x7e',b'\x7c',b'\x78',b'\x77'
# 0: struct { i8 mut, i64, f64, (ref null 1) } in rec group with 1: array (mut i32) 2: array of ref null 0
rec=b'\x4e'+vec([
 b'\x50\x00\x5f'+vec([i8+b'\x01',i64+b'\x00',f64+b'\x00',b'\x63\x01\x01']),
 b'\x5e'+i32+b'\x01',
 b'\x5e'+b'\x63\x00'+b'\x01',
])
sub=b'\x4f\x01\x00\x5f'+vec([i8+b'\x01',i64+b'\x00',f64+b'\x00',b'\x63\x01\x01',i16+b'\x00'])  # final sub of 0
types=[rec, sub, b'\x60'+vec([b'\x63\x00',i32,i32])+vec([i32]), b'\x60'+vec([])+vec([]), b'\x60'+vec([])+vec([])]
# indices: 0,1,2,3(sub),4 func,5 func,6 func(eq 5)
T=sec(1,vec(types))
F=sec(3,vec([leb(4),leb(5),leb(6)]))
TAB=sec(4,vec([b'\x70\x00\x04', b'\x63\x00'+b'\x01\x02\x05']))
M=sec(5,vec([b'\x00\x01']))
G=sec(6,vec([
 b'\x63\x01'+b'\x00'+b'\x41\x05\x41\x03\xfb\x06\x01'+b'\x0b' if False else b'\x63\x01\x00'+b'\x41\x07\x41\x03'+b'\xfb\x06\x01\x0b',   # array.new 1 value len
 b'\x63\x01\x00'+b'\x41\x01\x41\x02\x41\x03\xfb\x08\x01\x03\x0b',  # array.new_fixed 1 3
 b'\x63\x01\x00'+b'\x41\x09\xfb\x07\x01\x0b', # array.new_default
 b'\x63\x00\x00'+b'\xfb\x01\x00\x0b', # struct.new_default 0
 b'\x63\x00\x01'+b'\x41\x05\x42\x06\x44'+bytes(8)+b'\xd0\x01\xfb\x00\x00\x0b', # struct.new 0
 b'\x6c\x00'+b'\x41\x05\xfb\x1c\x0b', # i31ref: ref.i31
 i32+b'\x01\x41\x2a\x0b',
]))
E=sec(7,vec([b'\x01f\x00'+leb(0)]))
EL=sec(9,vec([b'\x00\x41\x00\x0b'+vec([leb(0),leb(1)])]))
body=lambda b: (lambda x: leb(len(x))+x)(vec([])+b+b'\x0b')
C=sec(10,vec([body(b'\x20\x01\x20\x02\x6a'),body(b''),body(b'')]))
open('collected.wasm','wb').write(b'\0asm\1\0\0\0'+T+F+TAB+M+G+E+EL+C)
