//! The part of Python's pickle format (protocol 2) that PyTorch checkpoints use, read as plain data.
//!
//! Nothing is executed: a call to a global becomes [`Value::Call`], which the reader of the checkpoint
//! understands or refuses. Depth and size are bounded by the input; unknown opcodes are refused.

use std::collections::HashMap;

/// Why bytes are not a pickle that this reader takes.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ReadPickleError {
    /// The input ends inside an instruction.
    #[error("the pickle ends early")]
    Truncated,
    /// An instruction that checkpoints do not use.
    #[error("the pickle uses instruction {0:#04x}")]
    Instruction(u8),
    /// The instructions do not fit together.
    #[error("the pickle is malformed")]
    Malformed,
}

/// A value as plain data.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// `None`, booleans, floats and long integers: nothing that the reader needs.
    Ignored,
    Int(i64),
    Text(String),
    List(Vec<Value>),
    Tuple(Vec<Value>),
    Dict(Vec<(Value, Value)>),
    /// `module name` of something that Python would import.
    Global(String),
    /// What Python would get by calling the global with the arguments.
    Call(String, Vec<Value>),
    /// A reference to storage outside the pickle.
    Persistent(Box<Value>),
    /// Internal: where a collection begins.
    Mark,
}

impl Value {
    /// The entry of a dictionary under a text key.
    pub(crate) fn get(&self, key: &str) -> Option<&Value> {
        let Value::Dict(entries) = self else { return None };
        entries
            .iter()
            .find(|(name, _)| matches!(name, Value::Text(name) if name == key))
            .map(|(_, value)| value)
    }
}

/// Reads one pickle and leaves `rest` behind it.
pub(crate) fn read(rest: &mut &[u8]) -> Result<Value, ReadPickleError> {
    let mut machine = Machine { stack: Vec::new(), memo: HashMap::new() };
    loop {
        let [instruction] = array(rest)?;
        if instruction == b'.' {
            return machine.pop();
        }
        machine.step(instruction, rest)?;
    }
}

struct Machine {
    stack: Vec<Value>,
    memo: HashMap<u32, Value>,
}

impl Machine {
    fn step(&mut self, instruction: u8, rest: &mut &[u8]) -> Result<(), ReadPickleError> {
        let value = match instruction {
            0x80 => {
                array::<1>(rest)?; // protocol
                return Ok(());
            }
            b'q' => return self.remember(u32::from(array::<1>(rest)?[0])),
            b'r' => return self.remember(u32::from_le_bytes(array(rest)?)),
            b's' | b'u' => return self.set_items(instruction),
            b'a' | b'e' => return self.append(instruction),
            b'b' => {
                self.pop()?; // state of an object: attributes that the reader does not need
                return Ok(());
            }
            b'h' => self.recall(u32::from(array::<1>(rest)?[0]))?,
            b'j' => self.recall(u32::from_le_bytes(array(rest)?))?,
            b'(' => Value::Mark,
            b'}' => Value::Dict(Vec::new()),
            b']' => Value::List(Vec::new()),
            b')' => Value::Tuple(Vec::new()),
            b't' => Value::Tuple(self.pop_to_mark()?),
            0x85..=0x87 => {
                let length = usize::from(instruction - 0x84);
                let start = self.stack.len().checked_sub(length).ok_or(ReadPickleError::Malformed)?;
                Value::Tuple(self.stack.split_off(start))
            }
            b'N' | 0x88 | 0x89 => Value::Ignored,
            b'G' => {
                array::<8>(rest)?;
                Value::Ignored
            }
            0x8a => {
                let [length] = array(rest)?;
                take(rest, usize::from(length))?;
                Value::Ignored
            }
            b'J' => Value::Int(i64::from(i32::from_le_bytes(array(rest)?))),
            b'K' => Value::Int(i64::from(array::<1>(rest)?[0])),
            b'M' => Value::Int(i64::from(u16::from_le_bytes(array(rest)?))),
            b'X' => {
                let length = u32::from_le_bytes(array(rest)?) as usize;
                Value::Text(text(take(rest, length)?)?)
            }
            b'c' => Value::Global(format!("{} {}", line(rest)?, line(rest)?)),
            b'Q' => Value::Persistent(Box::new(self.pop()?)),
            b'R' => {
                let (Value::Tuple(arguments), Value::Global(name)) = (self.pop()?, self.pop()?) else {
                    return Err(ReadPickleError::Malformed);
                };
                if name == "collections OrderedDict" {
                    Value::Dict(Vec::new())
                } else {
                    Value::Call(name, arguments)
                }
            }
            other => return Err(ReadPickleError::Instruction(other)),
        };
        self.stack.push(value);
        Ok(())
    }

    fn pop(&mut self) -> Result<Value, ReadPickleError> {
        self.stack.pop().ok_or(ReadPickleError::Malformed)
    }

    fn pop_to_mark(&mut self) -> Result<Vec<Value>, ReadPickleError> {
        let mark =
            self.stack.iter().rposition(|value| *value == Value::Mark).ok_or(ReadPickleError::Malformed)?;
        let values = self.stack.split_off(mark + 1);
        self.stack.pop();
        Ok(values)
    }

    /// Collections are remembered as they are now. Python would share them; checkpoints recall only
    /// texts, globals and storage references. Collections are therefore not kept at all, which also
    /// stops a hostile pickle from growing without bound.
    fn remember(&mut self, slot: u32) -> Result<(), ReadPickleError> {
        let value = self.stack.last().ok_or(ReadPickleError::Malformed)?;
        if matches!(value, Value::Text(_) | Value::Global(_) | Value::Int(_) | Value::Tuple(_)) {
            let small =
                !matches!(value, Value::Tuple(items) if items.len() > 8 || items.iter().any(is_nested));
            if small {
                self.memo.insert(slot, value.clone());
            }
        }
        Ok(())
    }

    fn recall(&self, slot: u32) -> Result<Value, ReadPickleError> {
        self.memo.get(&slot).cloned().ok_or(ReadPickleError::Malformed)
    }

    fn set_items(&mut self, instruction: u8) -> Result<(), ReadPickleError> {
        let items = if instruction == b's' {
            let value = self.pop()?;
            vec![self.pop()?, value]
        } else {
            self.pop_to_mark()?
        };
        let Some(Value::Dict(entries)) = self.stack.last_mut() else {
            return Err(ReadPickleError::Malformed);
        };
        let mut items = items.into_iter();
        while let (Some(key), Some(value)) = (items.next(), items.next()) {
            entries.push((key, value));
        }
        Ok(())
    }

    fn append(&mut self, instruction: u8) -> Result<(), ReadPickleError> {
        let items = if instruction == b'a' { vec![self.pop()?] } else { self.pop_to_mark()? };
        let Some(Value::List(list)) = self.stack.last_mut() else {
            return Err(ReadPickleError::Malformed);
        };
        list.extend(items);
        Ok(())
    }
}

fn is_nested(value: &Value) -> bool {
    !matches!(value, Value::Ignored | Value::Int(_) | Value::Text(_) | Value::Global(_))
}

pub(crate) fn take<'file>(rest: &mut &'file [u8], length: usize) -> Result<&'file [u8], ReadPickleError> {
    let (head, tail) = rest.split_at_checked(length).ok_or(ReadPickleError::Truncated)?;
    *rest = tail;
    Ok(head)
}

pub(crate) fn array<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], ReadPickleError> {
    let (head, tail) = rest.split_first_chunk().ok_or(ReadPickleError::Truncated)?;
    *rest = tail;
    Ok(*head)
}

fn line(rest: &mut &[u8]) -> Result<String, ReadPickleError> {
    let end = rest.iter().position(|byte| *byte == b'\n').ok_or(ReadPickleError::Truncated)?;
    let line = text(take(rest, end)?)?;
    take(rest, 1)?;
    Ok(line)
}

fn text(bytes: &[u8]) -> Result<String, ReadPickleError> {
    String::from_utf8(bytes.to_vec()).map_err(|_error| ReadPickleError::Malformed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_dictionary_is_read_as_data() {
        // {'a': (1, 2)} by pickle.dumps(.., 2)
        let mut bytes: &[u8] = b"\x80\x02}q\x00X\x01\x00\x00\x00aq\x01K\x01K\x02\x86q\x02s.tail";
        let value = read(&mut bytes).expect("a pickle");
        assert_eq!(value.get("a"), Some(&Value::Tuple(vec![Value::Int(1), Value::Int(2)])));
        assert_eq!(bytes, b"tail");
    }

    #[test]
    fn a_call_is_not_executed() {
        let mut bytes: &[u8] = b"\x80\x02cos\nsystem\nX\x02\x00\x00\x00ls\x85R.";
        let value = read(&mut bytes).expect("a pickle");
        assert_eq!(value, Value::Call("os system".into(), vec![Value::Text("ls".into())]));
    }

    proptest! {
        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = read(&mut &bytes[..]);
        }
    }
}
