/** What a PyTorch file may name: how tensors are put together, element types, and plain data beside them. Nothing of it is run. */
import type { PlainDtype } from './dtype.ts';

/** `torch.FloatStorage` and its kin. */
export const storages: Readonly<Record<string, PlainDtype>> = {
  'torch.DoubleStorage': 'float64', 'torch.FloatStorage': 'float32', 'torch.HalfStorage': 'float16', 'torch.BFloat16Storage': 'bfloat16',
  'torch.LongStorage': 'int64', 'torch.IntStorage': 'int32', 'torch.ShortStorage': 'int16', 'torch.CharStorage': 'int8',
  'torch.ByteStorage': 'uint8', 'torch.BoolStorage': 'bool', 'torch.ComplexFloatStorage': 'complex64', 'torch.ComplexDoubleStorage': 'complex128',
};

/** Bytes without a type: the tensor tells it. */
export const untyped: ReadonlySet<string> = new Set(['torch.storage.UntypedStorage', 'torch.UntypedStorage']);

export const dtypes: Readonly<Record<string, PlainDtype>> = {
  'torch.float64': 'float64', 'torch.float32': 'float32', 'torch.float16': 'float16', 'torch.bfloat16': 'bfloat16',
  'torch.float8_e4m3fn': 'float8e4m3fn', 'torch.float8_e4m3fnuz': 'float8e4m3fnuz', 'torch.float8_e5m2': 'float8e5m2',
  'torch.float8_e5m2fnuz': 'float8e5m2fnuz', 'torch.float8_e8m0fnu': 'float8e8m0', 'torch.int64': 'int64', 'torch.int32': 'int32',
  'torch.int16': 'int16', 'torch.int8': 'int8', 'torch.uint64': 'uint64', 'torch.uint32': 'uint32', 'torch.uint16': 'uint16',
  'torch.uint8': 'uint8', 'torch.bool': 'bool', 'torch.complex64': 'complex64', 'torch.complex128': 'complex128',
};

/** Put tensors together: (storage, offset, shape, strides, …); v3 has the element type seventh. */
export const rebuilders: ReadonlySet<string> = new Set(['torch._utils._rebuild_tensor', 'torch._utils._rebuild_tensor_v2', 'torch._utils._rebuild_tensor_v3']);

/** Wrap a tensor that is their first argument. */
export const wrappers: ReadonlySet<string> = new Set(['torch._utils._rebuild_parameter', 'torch._utils._rebuild_parameter_with_state']);

/** Calls its first argument with its third. */
export const retyped = 'torch._tensor._rebuild_from_type_v2';

/** Data that training scripts save beside the weights; it is read over, or shown as what it was made of. */
const plainData: ReadonlySet<string> = new Set([
  'collections.OrderedDict', 'collections.defaultdict', 'collections.Counter', 'collections.deque', 'torch.Size', 'torch.device',
  'torch._utils._rebuild_device', 'torch.Tensor', 'torch._tensor.Tensor', 'torch.nn.parameter.Parameter', 'torch.nn.Parameter',
  'argparse.Namespace', 'types.SimpleNamespace', '_codecs.encode', 'datetime.datetime', 'datetime.date', 'datetime.timedelta',
  'pathlib.Path', 'pathlib.PosixPath', 'pathlib.PurePosixPath', 'pathlib.WindowsPath', 'pathlib.PureWindowsPath', 'fractions.Fraction',
  ...['builtins', '__builtin__'].flatMap(module => ['set', 'frozenset', 'list', 'dict', 'tuple', 'int', 'float', 'bool', 'str', 'bytes', 'bytearray', 'complex', 'slice', 'object', 'range'].map(name => `${module}.${name}`)),
  'copyreg._reconstructor', 'copy_reg._reconstructor', 'numpy.dtype', 'numpy.ndarray',
  ...['numpy.core', 'numpy._core'].flatMap(module => [`${module}.multiarray.scalar`, `${module}.multiarray._reconstruct`]),
]);

const types = new Set([...Object.keys(storages), ...Object.keys(dtypes), ...untyped, ...rebuilders, ...wrappers, retyped]);

export function isAllowed(name: string): boolean {
  return types.has(name) || plainData.has(name) || name.startsWith('numpy.dtypes.');
}
